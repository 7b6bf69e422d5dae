using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ContainerPS.Engine.Events;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Runtime;
using ContainerPS.Engine.Storage;
using Tmds.Linux;

namespace ContainerPS.Engine.Containers;

/// <summary>One run of a container: its first process, its streams and its log, from the start until the end is recorded and cleaned up.</summary>
internal sealed class MonitoredRun : IDisposable
{
    private readonly StorePaths _paths;
    private readonly RestartState _restarts;
    private readonly DateTimeOffset _startedAt = DateTimeOffset.UtcNow;

    // The machine's clock may be set while the container runs.
    private readonly long _startTimestamp = Stopwatch.GetTimestamp();

    private bool _hasEnded;

    private MonitoredRun(StorePaths paths, ContainerRecord record, RestartState restarts)
    {
        (_paths, Record, _restarts) = (paths, record, restarts);
        Networking = new RunNetworking(paths, record);
        Log = ContainerLog.Open(paths, record);
        Streams = ContainerStreams.Create(record.Settings.Tty, record.Settings.Interactive);
        Init = StartInit();
    }

    /// <summary>What was asked of the container when it was started.</summary>
    internal ContainerRecord Record { get; }

    /// <summary>Where its output is kept.</summary>
    internal IContainerLog Log { get; }

    /// <summary>Its networks.</summary>
    internal RunNetworking Networking { get; }

    /// <summary>Its standard streams.</summary>
    internal ContainerStreams Streams { get; }

    /// <summary>Its PID 1.</summary>
    internal InitProcess Init { get; }

    /// <summary>For how long it has run.</summary>
    internal TimeSpan Age => Stopwatch.GetElapsedTime(_startTimestamp);

    /// <summary>Starts the container whose bundle is in its run folder, and records the processes.</summary>
    internal static MonitoredRun Start(StorePaths paths, ContainerRecord record, RestartState restarts)
    {
        var run = new MonitoredRun(paths, record, restarts);
        try
        {
            run.RecordProcesses();
            return run;
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    /// <summary>Tells what happens to the container.</summary>
    internal void Tell(string action, params ReadOnlySpan<(string Key, string? Value)> attributes) =>
        new EventLog(_paths).Write(action, Record, attributes);

    /// <summary>PID 1 has ended: gives its exit code.</summary>
    internal int TakeExitCode()
    {
        _hasEnded = true;
        return Init.WaitForExit();
    }

    /// <summary>PID 1 has ended: clears its cgroup away and records how it ended, or removes the container.</summary>
    /// <param name="exitCode">Its exit code.</param>
    /// <param name="ending">Why it is not to be started again, or is, whatever its policy says.</param>
    /// <returns>How it is started again; null when it is not, and the run folder is gone.</returns>
    internal RestartState? Finish(int exitCode, RunEnding ending)
    {
        var lastRun = new RunRecord
        {
            StartedAt = _startedAt,
            FinishedAt = DateTimeOffset.UtcNow,
            ExitCode = exitCode,
            OomKilled = Init.Cgroup.OomKillCount() > 0,
            Error = Log.Lost > 0 ? string.Create(CultureInfo.InvariantCulture, $"{Log.Lost} bytes of its output could not be written to the log.") : null,
        };

        // Where the process namespace is shared, what the program has left behind has not ended with it.
        if (NamespaceMode.SharesProcesses(Record.Settings)) Init.Cgroup.Kill();
        Init.Cgroup.Delete();
        var records = new RecordStore(_paths, RecordJson.Fresh());
        using var held = records.Lock(Record.Id);
        lastRun.Error ??= Networking.TryRelease();

        // It may have been renamed while it ran.
        new EventLog(_paths).Write(EventAction.Die, records.Read(Record.Id) ?? Record, ("exitCode", exitCode.ToString(CultureInfo.InvariantCulture)));
        if (!Record.Settings.Remove) return RunEnd.Record(_paths, records, Record.Id, lastRun, Age, _restarts, ending);
        var volumes = ContainerVolumes.Of(_paths, records);
        volumes.Release(Record);
        records.Delete(Record);
        volumes.RemoveAnonymous(Record);
        records.ForgetLock(Record.Id);
        TreeRemover.Remove(_paths.RunOf(Record.Id));
        return null;
    }

    /// <summary>Releases what is held; a container that has not ended is ended.</summary>
    public void Dispose()
    {
        if (!_hasEnded)
        {
            Init.Signal(LibC.SIGKILL);
            Init.WaitForExit();
            Init.Cgroup.Kill();
            Init.Cgroup.Delete();
            Networking.TryRelease();
        }

        Log.Dispose();
        Streams.Dispose();
        Init.Dispose();
    }

    private InitProcess StartInit()
    {
        var bundle = _paths.RunOf(Record.Id);
        var folder = _paths.ContainerOf(Record.Id);
        var spec = StateStore.LoadSpec(bundle);
        SharedContainers.Renew(spec, _paths, new RecordStore(_paths, RecordJson.Fresh()), Record.Settings);
        var init = Start(new StartRequest
        {
            Id = Record.Id,
            Spec = spec,
            Bundle = bundle,

            // What a container that goes when it ends has written goes with it, after a crash of the machine as well.
            Overlay = new OverlayRoot(Record.LayerPaths, Path.Combine(folder, "upper"), Path.Combine(folder, "work"), Volatile: Record.Settings.Remove),
            VolumesFolder = _paths.Volumes,
            LayersFolder = _paths.Layers,
            Stdin = Streams.ChildStdin,
            Stdout = Streams.ChildStdout,
            Stderr = Streams.ChildStderr,
            DieWithParent = true,
            Init = Record.Settings.Init,
            NamespacesReady = Networking.IsNeeded ? Networking.Attach : null,
        });
        Streams.Started(init.TerminalMaster);
        return init;
    }

    private InitProcess Start(StartRequest request)
    {
        try
        {
            Networking.Prepare();
            return ContainerStarter.Start(request);
        }
        catch
        {
            Networking.TryRelease();
            throw;
        }
    }

    private void RecordProcesses()
    {
        var id = Record.Id;
        new StateStore(_paths.Run).Save(StoredState.Of(id, _paths.RunOf(id), Init));
        new MonitorRecord
        {
            MonitorPid = Environment.ProcessId,
            MonitorStartTime = ProcessIdentity.StartTime(Environment.ProcessId) ?? 0,
            InitPid = Init.Pid,
            InitStartTime = ProcessIdentity.StartTime(Init.Pid) ?? 0,
            StartedAt = _startedAt,
            RestartCount = _restarts.Count,
        }.Write(_paths, id);
        RunMark.Write(_paths, id, _startedAt);
        Tell(EventAction.Start);
    }
}
