using System.Text.Json;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Runtime;
using ContainerPS.Engine.Storage;
using Tmds.Linux;

namespace ContainerPS.Engine.Containers;

/// <summary>One run of a container: its first process, its streams and its log, from the start until the end is recorded and cleaned up.</summary>
internal sealed class MonitoredRun : IDisposable
{
    private readonly StorePaths _paths;
    private readonly ContainerRecord _record;
    private readonly DateTimeOffset _startedAt = DateTimeOffset.UtcNow;

    private MonitoredRun(StorePaths paths, ContainerRecord record, JsonLogWriter log, ContainerStreams streams)
    {
        (_paths, _record, Log, Streams) = (paths, record, log, streams);
        Init = StartInit();
    }

    /// <summary>What the container writes.</summary>
    internal JsonLogWriter Log { get; }

    /// <summary>Its standard streams.</summary>
    internal ContainerStreams Streams { get; }

    /// <summary>Its PID 1.</summary>
    internal InitProcess Init { get; }

    /// <summary>The signal that asks its program to stop.</summary>
    internal int StopSignal => Containers.StopSignal.Of(_record);

    /// <summary>Starts the container whose bundle is in its run folder, and records the processes.</summary>
    internal static MonitoredRun Start(StorePaths paths, ContainerRecord record)
    {
        var log = new JsonLogWriter(FileDescriptors.Open(LogFiles.Current(paths.ContainerOf(record.Id)), LibC.O_WRONLY | LibC.O_CREAT | LibC.O_APPEND));
        var streams = ContainerStreams.Create(record.Settings.Tty, record.Settings.Interactive);
        var run = new MonitoredRun(paths, record, log, streams);
        run.RecordProcesses();
        return run;
    }

    /// <summary>PID 1 has ended: clears its cgroup away, records how it ended or removes the container, and removes the run folder.</summary>
    internal void Finish(int exitCode)
    {
        var oomKilled = Init.Cgroup.OomKillCount() > 0;

        // Where the process namespace is shared, what the program has left behind has not ended with it.
        if (NamespaceMode.SharesProcesses(_record.Settings)) Init.Cgroup.Kill();
        Init.Cgroup.Delete();
        var records = new RecordStore(_paths, RecordJson.Fresh());
        using var held = records.Lock(_record.Id);
        var volumes = ContainerVolumes.Of(_paths, records);
        volumes.Release(_record);
        if (_record.Settings.Remove)
        {
            records.Delete(_record);
            volumes.RemoveAnonymous(_record);
            records.ForgetLock(_record.Id);
        }
        else
        {
            // The shell may have renamed or changed it meanwhile: the record is read again under its lock.
            if (records.Read(_record.Id) is { } record)
            {
                record.LastRun = new RunRecord { StartedAt = _startedAt, FinishedAt = DateTimeOffset.UtcNow, ExitCode = exitCode, OomKilled = oomKilled };
                records.Write(record);
            }
        }

        TreeRemover.Remove(_paths.RunOf(_record.Id));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Log.Dispose();
        Streams.Dispose();
        Init.Dispose();
    }

    private InitProcess StartInit()
    {
        var bundle = _paths.RunOf(_record.Id);
        var folder = _paths.ContainerOf(_record.Id);
        var init = ContainerStarter.Start(new StartRequest
        {
            Id = _record.Id,
            Spec = StateStore.LoadSpec(bundle),
            Bundle = bundle,

            // What a container that goes when it ends has written goes with it, after a crash of the machine as well.
            Overlay = new OverlayRoot(_record.LayerPaths, Path.Combine(folder, "upper"), Path.Combine(folder, "work"), Volatile: _record.Settings.Remove),
            VolumesFolder = _paths.Volumes,
            LayersFolder = _paths.Layers,
            Stdin = Streams.ChildStdin,
            Stdout = Streams.ChildStdout,
            Stderr = Streams.ChildStderr,
            DieWithParent = true,
            Init = _record.Settings.Init,
        });
        Streams.Started(init.TerminalMaster);
        return init;
    }

    private void RecordProcesses()
    {
        var bundle = _paths.RunOf(_record.Id);
        new StateStore(_paths.Run).Save(StoredState.Of(_record.Id, bundle, Init));
        AtomicFile.Write(
            Path.Combine(bundle, RunFiles.Monitor),
            JsonSerializer.SerializeToUtf8Bytes(
                new MonitorRecord
                {
                    MonitorPid = Environment.ProcessId,
                    MonitorStartTime = ProcessIdentity.StartTime(Environment.ProcessId) ?? 0,
                    InitPid = Init.Pid,
                    InitStartTime = ProcessIdentity.StartTime(Init.Pid) ?? 0,
                    StartedAt = _startedAt,
                },
                RecordJson.Fresh().MonitorRecord),
            durable: false);
    }
}
