using System.Text.Json;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Runtime;
using Microsoft.Win32.SafeHandles;

namespace ContainerPS.Engine.Containers;

/// <summary>
/// <c>runcs monitor ID</c>, the process that keeps a container company and needs no shell. To start its container again it executes itself anew: every run
/// begins in a process that holds nothing of the one before.
/// </summary>
internal static unsafe class MonitorProgram
{
    /// <summary>Starts the container, stays until it has ended and been cleaned up.</summary>
    /// <param name="paths">The store.</param>
    /// <param name="id">The container; its bundle is in its run folder.</param>
    /// <param name="control">Socket of the shell that starts it.</param>
    /// <param name="startLock">The container's lock, held by that shell and by this process until the start is recorded.</param>
    /// <param name="attached">True when that shell stays and is the container's input: when it goes, the input ends.</param>
    /// <returns>0, or 1 when it could not be started.</returns>
    internal static int Run(StorePaths paths, string id, SafeFileHandle control, SafeFileHandle startLock, bool attached)
    {
        using var starter = new MonitorClient(control, losesNothing: true, isInput: attached);
        using var signals = Begin();
        RestartState? restart;
        try
        {
            var record = Records(paths).Read(id) ?? throw new ContainerNotFoundException(id);
            using var run = MonitoredRun.Start(paths, record, default);
            using var monitor = new ContainerMonitor(paths, run, signals, starter);
            startLock.Dispose();
            starter.Send(MonitorMessage.Started, run.Init.Pid);
            restart = Tend(monitor);
            if (restart is null) return 0;
            if (!monitor.WaitToRestart(restart.Value.Delay)) return Abandon(paths, id);
        }
        catch (ContainerEngineException e)
        {
            Report(starter, e);
            return 1;
        }

        return Reexecute(paths, id);
    }

    /// <summary>Starts a container again whose monitor this process was before it executed itself.</summary>
    internal static int RunAgain(StorePaths paths, string id)
    {
        using var signals = Begin();
        var restarts = MonitorRecord.ReadRestarts(paths, id);
        var next = TryStart(paths, id, restarts, signals, out var run, out var monitor);
        if (run is null || monitor is null)
        {
            if (next is null) return 0;
            if (!Wait(signals, next.Value.Delay)) return Abandon(paths, id);
            return Reexecute(paths, id);
        }

        using (run)
        using (monitor)
        {
            if (Tend(monitor) is not { } restart) return 0;
            if (!monitor.WaitToRestart(restart.Delay)) return Abandon(paths, id);
        }

        return Reexecute(paths, id);
    }

    // Returns how it is started again after the run, or null when all is done.
    private static RestartState? Tend(ContainerMonitor monitor)
    {
        // Starting has left garbage (the serializers' knowledge of the documents, too: no context of theirs is kept); from here on next to nothing
        // is allocated, for as long as the container runs.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        NativeHeap.Trim();
        monitor.Attend();
        var restart = monitor.Finish();
        if (restart is null) monitor.SendRest();
        return restart;
    }

    // Under the container's lock: who stops the container sees it either waiting or running, and is heard in both. Who attaches to it is heard once the
    // lock is let go.
    private static RestartState? TryStart(StorePaths paths, string id, RestartState restarts, SafeFileHandle signals, out MonitoredRun? run, out ContainerMonitor? monitor)
    {
        (run, monitor) = (null, null);
        var records = Records(paths);
        using var held = records.Lock(id);
        if (records.Read(id) is not { } record || StopMark.IsSet(paths, id))
        {
            RunEnd.Abandon(paths, records, id);
            return null;
        }

        var startedAt = DateTimeOffset.UtcNow;
        try
        {
            File.Delete(Path.Combine(paths.RunOf(id), RunFiles.AttachSocket));
            run = MonitoredRun.Start(paths, record, restarts);
            monitor = new ContainerMonitor(paths, run, signals, starter: null);
            return null;
        }
        catch (ContainerEngineException e)
        {
            run?.Dispose();
            var failed = new RunRecord { StartedAt = startedAt, FinishedAt = DateTimeOffset.UtcNow, ExitCode = (e as ProgramStartException)?.ExitCode ?? 125, Error = e.Message };
            return RunEnd.Record(paths, records, id, failed, ran: TimeSpan.Zero, restarts, RunEnding.Normal);
        }
    }

    // False when a signal asks this process to end.
    private static bool Wait(SafeFileHandle signals, TimeSpan delay)
    {
        while (Polling.WaitReadable(signals, delay, CancellationToken.None))
            if (ContainerMonitor.TakeEndSignal(signals)) return false;
        return true;
    }

    private static int Abandon(StorePaths paths, string id)
    {
        var records = Records(paths);
        using var held = records.Lock(id);
        RunEnd.Abandon(paths, records, id);
        return 0;
    }

    private static RecordStore Records(StorePaths paths) => new(paths, RecordJson.Fresh());

    // The launcher has started this process with all signals blocked; they stay so when it executes itself.
    private static SafeFileHandle Begin()
    {
        NativeHeap.MapLargeBuffers();

        // It was executed by a descriptor's number, which would be its name in ps.
        fixed (byte* name = "runcs\0"u8) _ = Syscall.prctl(Syscall.PR_SET_NAME, (nint)name);
        return new SafeFileHandle(Syscall.signalfd(ulong.MaxValue), true);
    }

    private static int Reexecute(StorePaths paths, string id)
    {
        using var arena = new NativeArena();
        var result = Syscall.execve(arena.Text("/proc/self/exe"), arena.Texts(["runcs", "--root", paths.Run, "monitor", "--store", paths.Root, "--config", paths.ConfigFile, "--again", id]), arena.Texts([]));
        throw new KernelException("execve", "/proc/self/exe", (int)-result);
    }

    private static void Report(MonitorClient client, ContainerEngineException error)
    {
        var failure = new StartFailure { ErrorId = error.ErrorId, Kind = error.Kind, Message = error.Message, ExitCode = (error as ProgramStartException)?.ExitCode ?? 125 };
        client.Send([(byte)MonitorMessage.Failed, .. JsonSerializer.SerializeToUtf8Bytes(failure, RecordJson.Default.StartFailure)]);
    }
}
