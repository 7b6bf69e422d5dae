using System.Text;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Runtime;
using Microsoft.Win32.SafeHandles;

namespace ContainerPS.Engine.Containers;

/// <summary>
/// A container that is paused until this is disposed of. A process of its own holds it, which lets it go on when the end of a pipe closes: a shell that is killed
/// does not leave the container paused.
/// </summary>
internal sealed class PausedContainer : IDisposable
{
    private readonly SafeFileHandle _process;
    private readonly SafeFileHandle _hold;
    private readonly Action _thaw;

    private PausedContainer(SafeFileHandle process, SafeFileHandle hold, Action thaw) => (_process, _hold, _thaw) = (process, hold, thaw);

    /// <summary>Pauses a container that runs.</summary>
    /// <param name="runtime">How this process executes runcs.</param>
    /// <param name="runFolder">Where containers' states are.</param>
    /// <param name="record">The container.</param>
    /// <param name="thaw">Lets it go on when what holds it has been killed.</param>
    /// <exception cref="InvalidContainerStateException">It does not run, or is paused already.</exception>
    internal static PausedContainer Pause(string runtime, string runFolder, ContainerRecord record, Action thaw)
    {
        var (input, hold) = FileDescriptors.Pipe();
        var (answer, output) = FileDescriptors.Pipe();
        using (answer)
        {
            SafeFileHandle process;
            using (input)
            using (output)
            {
                var pid = ChildProcess.Start(runtime, ["runcs", "--root", runFolder, "pause", "--hold", record.Id], [], [input.Number(), output.Number(), output.Number()], newSession: true);
                process = new SafeFileHandle(Syscall.pidfd_open(pid), ownsHandle: true);
            }

            var paused = new PausedContainer(process, hold, thaw);
            var said = ReadLine(answer);
            if (said == "paused") return paused;
            paused.Dispose();
            throw new InvalidContainerStateException(record.Name, $"The container '{record.Name}' cannot be paused: {(said.Length > 0 ? said : "it has ended")}.");
        }
    }

    /// <summary>Lets it go on.</summary>
    public void Dispose()
    {
        _hold.Dispose();
        if (ExitStatus.Reap(_process) > 128) _thaw();
        _process.Dispose();
    }

    private static string ReadLine(SafeFileHandle pipe)
    {
        using var reader = new StreamReader(new FileStream(new SafeFileHandle(pipe.DangerousGetHandle(), ownsHandle: false), FileAccess.Read, bufferSize: 0), Encoding.UTF8);
        return reader.ReadLine()?.Trim() ?? "";
    }
}
