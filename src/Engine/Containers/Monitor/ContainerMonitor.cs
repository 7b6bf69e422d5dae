using System.Runtime.InteropServices;
using System.Text.Json;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Runtime;
using ContainerPS.Engine.Storage;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Containers;

/// <summary>
/// What keeps a running container company: the parent of its PID 1, one thread around one epoll. It holds the container's pipes or terminal, writes the
/// log, serves the shell that started it, and when PID 1 ends it records how and cleans up. It needs no shell: <c>runcs monitor ID</c>.
/// </summary>
internal sealed unsafe class ContainerMonitor : IDisposable
{
    private const int BufferSize = 64 * 1024;

    private readonly StorePaths _paths;
    private readonly ContainerRecord _record;
    private readonly MonitorClient _client;
    private readonly bool _attached;
    private readonly EventLoop<Source> _events = new();
    private readonly byte* _buffer = (byte*)NativeMemory.Alloc(BufferSize);
    private readonly DateTimeOffset _startedAt = DateTimeOffset.UtcNow;
    private SafeFileHandle? _signals;
    private JsonLogWriter? _log;
    private ContainerStreams? _streams;
    private InitProcess? _init;
    private byte[]? _input;

    private ContainerMonitor(StorePaths paths, ContainerRecord record, MonitorClient client, bool attached)
    {
        _attached = attached;
        _paths = paths;
        _record = record;
        _client = client;
    }

    private enum Source
    {
        Init,
        Signals,
        Stdout,
        Stderr,
        Stdin,
        Client,
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
        using var client = new MonitorClient(control);
        try
        {
            var record = Records(paths).Read(id) ?? throw new ContainerNotFoundException(id);
            using var monitor = new ContainerMonitor(paths, record, client, attached);
            monitor.Start();
            startLock.Dispose();
            client.Send(MonitorMessage.Started, monitor._init!.Pid);

            // Starting has left garbage (the serializers' knowledge of the documents, too: no context of theirs is kept); from here on next to nothing
            // is allocated, for as long as the container runs.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            var exitCode = monitor.Attend();
            monitor.Finish(exitCode);
            client.Send(MonitorMessage.Exited, exitCode);
            monitor.SendRest();
            return 0;
        }
        catch (ContainerEngineException e)
        {
            Report(client, e);
            return 1;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _events.Dispose();
        _signals?.Dispose();
        _log?.Dispose();
        _streams?.Dispose();
        _init?.Dispose();
        NativeMemory.Free(_buffer);
    }

    private static RecordStore Records(StorePaths paths) => new(paths, RecordJson.Fresh());

    private static void Report(MonitorClient client, ContainerEngineException error)
    {
        var failure = new StartFailure { ErrorId = error.ErrorId, Message = error.Message, ExitCode = (error as ProgramStartException)?.ExitCode ?? 125 };
        client.Send([(byte)MonitorMessage.Failed, .. JsonSerializer.SerializeToUtf8Bytes(failure, RecordJson.Default.StartFailure)]);
    }

    private void Start()
    {
        // It was executed by a descriptor's number, which would be its name in ps.
        fixed (byte* name = "runcs\0"u8) _ = Syscall.prctl(Syscall.PR_SET_NAME, (nint)name);

        // The launcher has started this process with all signals blocked.
        _signals = new SafeFileHandle(Syscall.signalfd(ulong.MaxValue), true);

        var settings = _record.Settings;
        var bundle = _paths.RunOf(_record.Id);
        var folder = _paths.ContainerOf(_record.Id);
        var spec = StateStore.LoadSpec(bundle);
        _log = new JsonLogWriter(FileDescriptors.Open(LogFiles.Current(folder), LibC.O_WRONLY | LibC.O_CREAT | LibC.O_APPEND));
        _streams = ContainerStreams.Create(settings.Tty, settings.Interactive);
        _init = ContainerStarter.Start(new StartRequest
        {
            Id = _record.Id,
            Spec = spec,
            Bundle = bundle,

            // What a container that goes when it ends has written goes with it, after a crash of the machine as well.
            Overlay = new OverlayRoot(_record.LayerPaths, Path.Combine(folder, "upper"), Path.Combine(folder, "work"), Volatile: settings.Remove),
            Stdin = _streams.ChildStdin,
            Stdout = _streams.ChildStdout,
            Stderr = _streams.ChildStderr,
            DieWithParent = true,
            Init = settings.Init,
        });
        _streams.Started(_init.TerminalMaster);
        new StateStore(_paths.Run).Save(StoredState.Of(_record.Id, bundle, _init));
        AtomicFile.Write(
            Path.Combine(bundle, RunFiles.Monitor),
            JsonSerializer.SerializeToUtf8Bytes(
                new MonitorRecord
                {
                    MonitorPid = Environment.ProcessId,
                    MonitorStartTime = ProcessIdentity.StartTime(Environment.ProcessId) ?? 0,
                    InitPid = _init.Pid,
                    InitStartTime = ProcessIdentity.StartTime(_init.Pid) ?? 0,
                    StartedAt = _startedAt,
                },
                RecordJson.Fresh().MonitorRecord),
            durable: false);
    }

    /// <summary>Serves until PID 1 has ended and its output has been read. Returns the exit code.</summary>
    private int Attend()
    {
        _events.Watch(Source.Init, _init!.PidFd.Number(), Syscall.EPOLLIN);
        _events.Watch(Source.Signals, _signals!.Number(), Syscall.EPOLLIN);
        while (true)
        {
            WatchStreams();
            var (source, _) = _events.Next();
            switch (source)
            {
                case Source.Init:
                    var exitCode = _init.WaitForExit();
                    ReadRest();
                    return exitCode;
                case Source.Signals:
                    ForwardSignal();
                    break;
                case Source.Stdout:
                    Pump(OutputStream.Stdout, ended: false);
                    break;
                case Source.Stderr:
                    Pump(OutputStream.Stderr, ended: false);
                    break;
                case Source.Stdin:
                    WriteInput();
                    break;
                case Source.Client:
                    _client.Flush();
                    ReceiveFromClient();
                    break;
            }
        }
    }

    // Output is read only while the shell has room for it; input is taken only while the container has room for it.
    private void WatchStreams()
    {
        WatchClient(wantsInput: _input is null);
        WatchOutput(Source.Stdout, _streams!.Stdout);
        WatchOutput(Source.Stderr, _streams.Stderr);
        if (_input is not null && _streams.Stdin is { } stdin) _events.Watch(Source.Stdin, stdin.Number(), Syscall.EPOLLOUT);
        else _events.Forget(Source.Stdin);
    }

    private void WatchClient(bool wantsInput)
    {
        var interest = (wantsInput ? Syscall.EPOLLIN : 0) | (_client.IsBlocked ? Syscall.EPOLLOUT : 0);
        if (_client.IsClosed || interest == 0) _events.Forget(Source.Client);
        else _events.Watch(Source.Client, _client.Descriptor, interest);
    }

    // After PID 1's end its pipes hold what they hold, and nothing more will come: it is read at once, room or not.
    private void ReadRest()
    {
        while (_streams!.Stdout is not null) Pump(OutputStream.Stdout, ended: true);
        while (_streams.Stderr is not null) Pump(OutputStream.Stderr, ended: true);
        _log!.Complete();
    }

    // The container's end is recorded and cleaned up by now; only a shell that reads slowly, or is stopped, keeps this process.
    private void SendRest()
    {
        foreach (var source in (ReadOnlySpan<Source>)[Source.Init, Source.Signals, Source.Stdin]) _events.Forget(source);
        while (_client.IsBlocked)
        {
            WatchClient(wantsInput: false);
            _events.Next();
            _client.Flush();
        }
    }

    private void WatchOutput(Source source, SafeFileHandle? file)
    {
        if (file is not null && !_client.IsBlocked) _events.Watch(source, file.Number(), Syscall.EPOLLIN);
        else _events.Forget(source);
    }

    private void Pump(OutputStream stream, bool ended)
    {
        var file = stream == OutputStream.Stdout ? _streams!.Stdout : _streams!.Stderr;
        if (file is null) return;
        var length = (int)Syscall.read(file.Number(), _buffer + 1, BufferSize - 1);
        if (length > 0)
        {
            _buffer[0] = (byte)(stream == OutputStream.Stdout ? MonitorMessage.Stdout : MonitorMessage.Stderr);
            _log!.Write(stream, new ReadOnlySpan<byte>(_buffer + 1, length));
            _client.Send(new ReadOnlySpan<byte>(_buffer, length + 1));
            return;
        }

        // A terminal gives EIO when nobody has its other side open any more: for good once PID 1 has ended, else somebody may open it again.
        if (length == -LibC.EINTR || (length == -LibC.EAGAIN && !ended)) return;
        _events.Forget(stream == OutputStream.Stdout ? Source.Stdout : Source.Stderr);
        _streams.CloseOutput(stream);
    }

    private void ReceiveFromClient()
    {
        if (_input is not null || _client.IsClosed) return;
        var length = _client.Receive(_buffer, BufferSize);
        if (length == 0)
        {
            _events.Forget(Source.Client);
            if (_attached) _streams!.EndInput();
        }

        if (length <= 0) return;
        var body = new ReadOnlySpan<byte>(_buffer + 1, length - 1);
        switch ((MonitorMessage)_buffer[0])
        {
            case MonitorMessage.Input when _streams!.Stdin is not null:
                _input = body.ToArray();
                WriteInput();
                break;
            case MonitorMessage.InputEnd:
                _streams!.EndInput();
                break;
            case MonitorMessage.Resize when body.Length >= 4:
                _streams!.Resize(BitConverter.ToUInt16(body), BitConverter.ToUInt16(body[2..]));
                break;
        }
    }

    private void WriteInput()
    {
        if (_input is null) return;
        if (_streams!.Stdin is not { } stdin)
        {
            _input = null;
            return;
        }

        int written;
        fixed (byte* p = _input) written = (int)Syscall.write(stdin.Number(), p, _input.Length);
        if (written == -LibC.EAGAIN || written == -LibC.EINTR) return;
        if (written < 0) _streams.CloseInput();
        _input = written < 0 || written == _input.Length ? null : _input[written..];
    }

    // The host is shutting down, or somebody wants the monitor gone: its container is asked to stop, and the monitor goes with it.
    private void ForwardSignal()
    {
        const int size = 128;
        var info = stackalloc byte[size];
        while (Syscall.read(_signals!.Number(), info, size) == size)
        {
            var signal = *(int*)info;
            if (signal == LibC.SIGTERM || signal == LibC.SIGINT || signal == LibC.SIGQUIT) ProcessIdentity.Signal(_init!.PidFd, StopSignal.Of(_record));
        }
    }

    private void Finish(int exitCode)
    {
        var oomKilled = _init!.Cgroup.OomKillCount() > 0;

        // Where the process namespace is shared, what the program has left behind has not ended with it.
        if (NamespaceMode.SharesProcesses(_record.Settings)) _init.Cgroup.Kill();
        _init.Cgroup.Delete();
        var records = Records(_paths);
        using var held = records.Lock(_record.Id);
        if (_record.Settings.Remove)
        {
            records.Delete(_record);
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
}
