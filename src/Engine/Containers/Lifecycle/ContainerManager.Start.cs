using System.Text.Json;
using ContainerPS.Engine.Cgroups;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Containers;

public sealed partial class ContainerManager
{
    /// <summary>Starts a container and returns when its program runs. One that runs already is left as it is.</summary>
    /// <exception cref="InvalidContainerStateException">It is paused.</exception>
    /// <exception cref="ProgramStartException">Its program cannot be run.</exception>
    public Container Start(string id, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var record = ReadRecord(id);
        Launch(record.Id, attached: false, input: false, cancellation)?.Dispose();
        return Get(record.Id);
    }

    /// <summary>Starts a container with its output, and its input when asked, in the hands of the caller from the first byte on.</summary>
    /// <param name="id">The container.</param>
    /// <param name="input">True to be its input.</param>
    /// <param name="cancellation">Ends this before it has begun.</param>
    /// <param name="terminalSize">Size of its terminal, if it has one, from the program's first moment on.</param>
    /// <exception cref="InvalidContainerStateException">It runs already.</exception>
    /// <exception cref="ProgramStartException">Its program cannot be run.</exception>
    public AttachedProcess StartAttached(string id, bool input, CancellationToken cancellation, ConsoleSize? terminalSize = null)
    {
        cancellation.ThrowIfCancellationRequested();
        var record = ReadRecord(id);
        return Launch(record.Id, attached: true, input, cancellation, terminalSize)
            ?? throw new InvalidContainerStateException(record.Name, $"The container '{record.Name}' runs already. Connect-Container {record.Name} attaches to it.");
    }

    // Null when it runs already.
    private MonitoredProcess? Launch(string id, bool attached, bool input, CancellationToken cancellation, ConsoleSize? terminalSize = null)
    {
        while (true)
        {
            RunState state;
            using (var held = _records.Lock(id))
            {
                var record = _records.Read(id) ?? throw new ContainerNotFoundException(id);
                state = _kernel.Read(id);
                if (state.IsRunning && _cgroups.IsFrozen(id)) throw new InvalidContainerStateException(record.Name, $"The container '{record.Name}' is paused. Resume-Container {record.Name} lets it go on.");
                if (state.IsRunning) return null;
                if (!state.IsMonitored) return Launch(id, record, held, attached, input, terminalSize);
            }

            // It has just ended, and that is being recorded; or its monitor waits to start it again, which need not be waited for.
            EndRestart(id);
            WaitForMonitor(id, state.Monitor!, cancellation);
        }
    }

    private MonitoredProcess Launch(string id, ContainerRecord record, FileLock held, bool attached, bool input, ConsoleSize? terminalSize)
    {
        Reconcile(record);
        record = _records.Read(id) ?? throw new ContainerNotFoundException(id);
        var run = _paths.RunOf(id);
        Directory.CreateDirectory(run, (UnixFileMode)0x1c0 /* 0700 */);
        try
        {
            _containerVolumes.Provide(record);
            SharedContainers.FindRunning(_kernel, _records, record.Settings);
            CheckNetworks(record);
            ProvideRealtime(record.Settings, id);
            WriteSpec(record, run, terminalSize);
            return _launcher.Launch(id, held, attached, input);
        }
        catch (Exception e)
        {
            ClearCgroup(record);
            ClearNetworks();
            TreeRemover.Remove(run);
            _containerVolumes.Release(record);
            RecordFailedStart(record, e);
            throw;
        }
    }

    private static void ProvideRealtime(ContainerSettings settings, string id) =>
        RealtimeBudget.Provide(ContainerCgroup.PathOf(settings, id), settings.CpuRealtimeRuntime ?? 0, settings.CpuRealtimePeriod);

    private void WriteSpec(ContainerRecord record, string run, ConsoleSize? terminalSize = null)
    {
        var folder = _paths.ContainerOf(record.Id);
        var settings = record.Settings;
        ResolvedUser user;
        using (var root = RootView.OfLayers([Path.Combine(folder, "upper"), .. record.LayerPaths]))
            user = UserDatabase.Of(root).Resolve(settings.User ?? record.ImageConfig.User, settings.GroupAdd);
        var spec = SpecGenerator.Create(new SpecInput
        {
            Id = record.Id,
            Settings = settings,
            Image = record.ImageConfig,
            User = user,
            Folder = folder,
            NetworkFolder = NetworkFolderOf(settings),
            Mounts = record.Mounts ?? [],
            HostHostname = Environment.MachineName,
            HostDevices = settings.Privileged ? HostDevices.List() : [],
            Devices = HostDevices.Find(settings),
            SharedContainers = SharedContainers.Find(_kernel, settings),
            Machine = Machine.Abilities(),
        });
        if (record.Settings.Tty) spec.Process!.ConsoleSize = terminalSize;
        AtomicFile.Write(Path.Combine(run, RunFiles.Spec), JsonSerializer.SerializeToUtf8Bytes(spec, OciJson.Default.RuntimeSpec), durable: false);
    }

    // A container that goes when it ends does not outlive a start that failed, either: whoever wanted it has the error.
    private void RecordFailedStart(ContainerRecord record, Exception error)
    {
        if (record.Settings.Remove)
        {
            _records.Delete(record);
            _containerVolumes.RemoveAnonymous(record);
            _records.ForgetLock(record.Id);
            return;
        }

        var now = DateTimeOffset.UtcNow;
        record.LastRun = new RunRecord { StartedAt = now, FinishedAt = now, ExitCode = (error as ProgramStartException)?.ExitCode ?? 125, Error = error.Message };
        _records.Write(record);
    }
}
