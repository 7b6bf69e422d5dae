using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Runtime;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Containers;

/// <summary>A program run in a running container by <c>runcs exec</c>, a child of this process that ends with the program and kills it when it is killed.</summary>
internal sealed unsafe class ExecProcess : AttachedProcess
{
    private readonly SafeFileHandle _process;
    private readonly int _pid;
    private readonly int _group;
    private readonly SafeFileHandle? _console;
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(64 * 1024, pinned: true);
    private SafeFileHandle? _stdout;
    private SafeFileHandle? _stderr;
    private int? _exitCode;
    private bool _left;

    /// <param name="process">runcs exec.</param>
    /// <param name="pid">Its process id.</param>
    /// <param name="group">The program's process group, seen from the host.</param>
    /// <param name="stdin">Where its input is written.</param>
    /// <param name="stdout">Where its output is read.</param>
    /// <param name="stderr">Where its error output is read; null with a terminal.</param>
    /// <param name="console">With a terminal, the socket on which it came from runcs; else null.</param>
    internal ExecProcess(SafeFileHandle process, int pid, int group, SafeFileHandle? stdin, SafeFileHandle stdout, SafeFileHandle? stderr, SafeFileHandle? console)
    {
        _process = process;
        _pid = pid;
        _console = console;
        _group = group;
        _stdout = stdout;
        _stderr = stderr;
        Input = stdin is null ? null : console is not null ? new TerminalInput(stdin) : new FileStream(stdin, FileAccess.Write, bufferSize: 0);
    }

    /// <inheritdoc/>
    public override Stream? Input { get; }

    /// <inheritdoc/>
    public override bool ReadOutput(CancellationToken cancellation, out OutputStream stream, out ReadOnlyMemory<byte> data)
    {
        (stream, data) = (OutputStream.Stdout, default);
        using var wake = new CancellationDescriptor(cancellation);
        var fds = stackalloc Syscall.PollFd[3];
        while (_stdout is not null || _stderr is not null)
        {
            fds[0] = new() { fd = _stdout?.Number() ?? -1, events = Syscall.POLLIN };
            fds[1] = new() { fd = _stderr?.Number() ?? -1, events = Syscall.POLLIN };
            fds[2] = new() { fd = wake.Number, events = Syscall.POLLIN };
            Polling.Wait(fds, 3, -1);
            cancellation.ThrowIfCancellationRequested();
            stream = fds[0].revents != 0 ? OutputStream.Stdout : OutputStream.Stderr;
            int length;
            fixed (byte* p = _buffer) length = (int)Syscall.read(fds[stream == OutputStream.Stdout ? 0 : 1].fd, p, _buffer.Length);
            if (length > 0)
            {
                data = _buffer.AsMemory(0, length);
                return true;
            }

            if (length == -LibC.EINTR || length == -LibC.EAGAIN) continue;
            ref var ended = ref stream == OutputStream.Stdout ? ref _stdout : ref _stderr;
            ended?.Dispose();
            ended = null;
        }

        return false;
    }

    /// <inheritdoc/>
    public override void Signal(string signal) => ProcessIdentity.Signal(_process, SignalName.Parse(signal, "Signal"));

    /// <inheritdoc/>
    public override void Resize(int rows, int columns)
    {
        if (_stdout is { } terminal) TerminalSettings.SetSize(terminal, new TerminalSize((ushort)rows, (ushort)columns));
    }

    /// <inheritdoc/>
    public override void LeaveRunning()
    {
        if (_console is null || _stdout is null) return;
        byte given = 0;
        if (ChildMessages.SendBytes(_console.Number(), &given, 1, _stdout.Number()) < 0) return;
        _left = true;
        ChildReaper.OfProcess.Add(_pid);
    }

    /// <inheritdoc/>
    private protected override int WaitForEnd(CancellationToken cancellation)
    {
        if (_exitCode is null)
        {
            Polling.WaitReadable(_process, timeout: null, cancellation);
            _exitCode = ExitStatus.Reap(_process);
        }

        return _exitCode.Value;
    }

    /// <inheritdoc/>
    private protected override void Dispose(bool disposing)
    {
        // Closing the input of a terminal would type the end of input, which a program that goes on is not to see.
        if (_left) (Input as TerminalInput)?.Abandon();
        Input?.Dispose();
        _stdout?.Dispose();
        _stderr?.Dispose();
        _console?.Dispose();
        if (_exitCode is null && !_left)
        {
            // The program with its children first: when runcs goes, nobody knows them any more.
            _ = Syscall.kill(-_group, LibC.SIGKILL);
            ProcessIdentity.Signal(_process, LibC.SIGKILL);
            _exitCode = ExitStatus.Reap(_process);
        }

        _process.Dispose();
    }

    /// <summary>Input of a terminal: its end is the character that ends input, since the terminal itself stays open for output.</summary>
    private sealed class TerminalInput(SafeFileHandle master) : FileStream(master, FileAccess.Write, bufferSize: 0)
    {
        private bool _ended;

        internal void Abandon() => _ended = true;

        protected override void Dispose(bool disposing)
        {
            if (disposing && !_ended)
            {
                _ended = true;
                try
                {
                    WriteByte(ContainerStreams.EndOfTransmission);
                }
                catch (IOException)
                {
                    // The program has ended, and the terminal with it.
                }
            }

            base.Dispose(disposing);
        }
    }
}
