using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Runtime;

namespace ContainerPS.Engine.Containers;

public sealed partial class ContainerManager
{
    /// <summary>Attaches to a running container: gives its output from now on, and takes input for it.</summary>
    /// <param name="id">The container.</param>
    /// <param name="input">True to send input; a container that was created without -Interactive takes none.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <remarks>Who reads slowly does not slow the container down: what it misses is counted in <see cref="AttachedProcess.LostOutput"/>.</remarks>
    /// <exception cref="InvalidContainerStateException">It does not run.</exception>
    public AttachedProcess Attach(string id, bool input, CancellationToken cancellation)
    {
        var record = ReadRecord(id);
        _ = RunningMonitor(record);
        if (TryAttach(record, input, cancellation) is { } process) return process;

        // A monitor that has just started it again listens before it lets go of the container's lock.
        _records.Lock(record.Id).Dispose();
        return TryAttach(record, input, cancellation)
            ?? throw new InvalidContainerStateException(record.Name, $"The container '{record.Name}' is not running. Start-Container {record.Name} starts it.");
    }

    // Null when nobody answers.
    private AttachedProcess? TryAttach(ContainerRecord record, bool input, CancellationToken cancellation)
    {
        try
        {
            var socket = UnixSocket.Connect(Path.Combine(_paths.RunOf(record.Id), RunFiles.AttachSocket), stream: false);
            return _launcher.Attach(record.Id, socket, input && record.Settings.Interactive, cancellation);
        }
        catch (Exception e) when (e is RuntimeStepException or KernelException)
        {
            return null;
        }
    }
}
