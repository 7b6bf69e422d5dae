using System.Text.Json;
using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Containers;

/// <summary>
/// What keeps a running container company: the parent of its PID 1, one thread around one epoll. It holds the container's pipes or terminal, writes the
/// log, serves the shells that are attached, and when PID 1 ends it records how and cleans up. It needs no shell: <c>runcs monitor ID</c>.
/// </summary>
internal sealed unsafe class ContainerMonitor : IDisposable
{
    private readonly EventLoop _events = new();
    private readonly SafeFileHandle _signals;
    private readonly ClientList _clients;
    private readonly MonitoredRun _run;
    private readonly InputRelay _input;
    private readonly OutputRelay _output;
    private readonly Action _endOfInit;
    private readonly Action _forwardSignals;
    private int? _exitCode;

    private ContainerMonitor(MonitoredRun run, SafeFileHandle signals, MonitorClient starter)
    {
        _run = run;
        _signals = signals;
        _clients = new ClientList(_events);
        _clients.Add(starter);
        _input = new InputRelay(_events, run.Streams, once: starter.IsInput);
        _output = new OutputRelay(_events, run.Streams, run.Log, _clients);
        _endOfInit = () => _exitCode = _run.Init.WaitForExit();
        _forwardSignals = ForwardSignals;
    }

    /// <summary>Starts the container, stays until it has ended and been cleaned up.</summary>
    /// <param name="paths">The store.</param>
    /// <param name="id">The container; its bundle is in its run folder.</param>
    /// <param name="control">Socket of the shell that starts it.</param>
    /// <param name="startLock">The container's lock, held by that shell and by this process until the start is recorded.</param>
    /// <param name="attached">True when that shell stays and is the container's input: when it goes, the input ends.</param>
    /// <returns>0, or 1 when it could not be started.</returns>
    internal static int Run(StorePaths paths, string id, SafeFileHandle control, SafeFileHandle startLock, bool attached)
    {
        var starter = new MonitorClient(control, losesNothing: true, isInput: attached);
        try
        {
            NameProcess();

            // The launcher has started this process with all signals blocked.
            using var signals = new SafeFileHandle(Syscall.signalfd(ulong.MaxValue), true);
            var record = new RecordStore(paths, RecordJson.Fresh()).Read(id) ?? throw new ContainerNotFoundException(id);
            using var run = MonitoredRun.Start(paths, record);
            using var monitor = new ContainerMonitor(run, signals, starter);
            monitor._clients.Listen(Path.Combine(paths.RunOf(id), RunFiles.AttachSocket), run.Init.Pid, monitor._input.Receive);
            startLock.Dispose();
            starter.Send(MonitorMessage.Started, run.Init.Pid);

            // Starting has left garbage (the serializers' knowledge of the documents, too: no context of theirs is kept); from here on next to nothing
            // is allocated, for as long as the container runs.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            var exitCode = monitor.Attend();
            run.Finish(exitCode);
            monitor.SendRest(exitCode);
            return 0;
        }
        catch (ContainerEngineException e)
        {
            Report(starter, e);
            return 1;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _output.Dispose();
        _clients.Dispose();
        _events.Dispose();
    }

    private static void Report(MonitorClient client, ContainerEngineException error)
    {
        var failure = new StartFailure { ErrorId = error.ErrorId, Message = error.Message, ExitCode = (error as ProgramStartException)?.ExitCode ?? 125 };
        client.Send([(byte)MonitorMessage.Failed, .. JsonSerializer.SerializeToUtf8Bytes(failure, RecordJson.Default.StartFailure)]);
    }

    // It was executed by a descriptor's number, which would be its name in ps.
    private static void NameProcess()
    {
        fixed (byte* name = "runcs\0"u8) _ = Syscall.prctl(Syscall.PR_SET_NAME, (nint)name);
    }

    /// <summary>Serves until PID 1 has ended and its output has been read. Returns the exit code.</summary>
    private int Attend()
    {
        _events.Watch(_run.Init.PidFd, Syscall.EPOLLIN, _endOfInit);
        _events.Watch(_signals, Syscall.EPOLLIN, _forwardSignals);
        while (_exitCode is null)
        {
            // Input is taken only while the container has room for it, output is read only while the shell that started it has.
            if (_clients.Watch(wantsInput: _input.WantsMore)) _input.InputIsGone();
            _input.Watch();
            _output.Watch();
            _events.Turn();
        }

        _output.ReadRest();
        return _exitCode.Value;
    }

    // The container's end is recorded and cleaned up by now; only shells that read slowly, or are stopped, keep this process.
    private void SendRest(int exitCode)
    {
        _events.Forget(_run.Init.PidFd);
        _events.Forget(_signals);
        _events.Forget(_run.Streams.Stdin);
        _clients.SendExited(exitCode);
        while (_clients.AreWaiting)
        {
            _clients.Watch(wantsInput: false);
            _events.Turn();
        }
    }

    // The host is shutting down, or somebody wants the monitor gone: its container is asked to stop, and the monitor goes with it.
    private void ForwardSignals()
    {
        const int size = 128;
        var info = stackalloc byte[size];
        while (Syscall.read(_signals.Number(), info, size) == size)
        {
            var signal = *(int*)info;
            if (signal == LibC.SIGTERM || signal == LibC.SIGINT || signal == LibC.SIGQUIT) _run.Init.Signal(_run.StopSignal);
        }
    }
}
