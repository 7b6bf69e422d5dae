using System.Runtime.InteropServices;
using Tmds.Linux;

namespace ContainerPS.Engine.Linux;

/// <summary>
/// This process's terminal, descriptors 0 and 1: what is typed, what is shown, its size. Its settings are changed for that time, and come back whatever ends
/// it: disposal, the end of the process by SIGTERM, SIGHUP or SIGQUIT, or by itself. Nothing else of ContainerPS writes to the terminal.
/// </summary>
internal sealed unsafe class ConsoleTerminal : IDisposable
{
    private const int Input = 0;
    private const int Output = 1;

    private readonly TerminalSettings _before;
    private readonly TerminalSettings _changed;
    private readonly List<PosixSignalRegistration> _signals = [];
    private readonly WakeUp _wake = new();
    private readonly Lock _mode = new();
    private volatile bool _stopped;
    private volatile bool _resized;
    private bool _isChanged;

    private ConsoleTerminal(TerminalSettings before, TerminalSettings changed) => (_before, _changed) = (before, changed);

    /// <summary>What <see cref="Read"/> has to tell.</summary>
    internal enum News
    {
        /// <summary>Something was typed.</summary>
        Typed,

        /// <summary>The terminal's size has changed.</summary>
        Resized,

        /// <summary><see cref="Stop"/> was called.</summary>
        Stopped,

        /// <summary>Nothing will be typed any more.</summary>
        Ended,
    }

    /// <summary>True when standard input is a terminal.</summary>
    internal static bool IsInput => TerminalSettings.IsTerminal(Input);

    /// <summary>Rows and columns of the terminal that output goes to, or else input comes from; null when neither is one.</summary>
    internal static TerminalSize? Size => TerminalSettings.SizeOf(Output) ?? TerminalSettings.SizeOf(Input);

    /// <summary>Takes the terminal for lines: Ctrl+C is a signal, Ctrl+D the end.</summary>
    /// <exception cref="KernelException">Standard input is no terminal.</exception>
    internal static ConsoleTerminal OpenLines() => Open(static before => before.Lines());

    /// <summary>Takes the terminal for keys, which come at once and unchanged.</summary>
    /// <param name="processOutput">True when others write lines to it meanwhile.</param>
    /// <exception cref="KernelException">Standard input is no terminal.</exception>
    internal static ConsoleTerminal OpenRaw(bool processOutput) => Open(before => before.Raw(processOutput));

    /// <summary>Waits for what is typed, or other news.</summary>
    /// <param name="buffer">Filled with what was typed.</param>
    /// <param name="length">How much.</param>
    internal News Read(Span<byte> buffer, out int length)
    {
        length = 0;
        var fds = stackalloc Syscall.PollFd[2];
        while (true)
        {
            fds[0] = new() { fd = Input, events = Syscall.POLLIN };
            fds[1] = new() { fd = _wake.Descriptor, events = Syscall.POLLIN };
            Polling.Wait(fds, 2, -1);
            if (fds[1].revents != 0) _wake.Reset();
            if (_stopped) return News.Stopped;
            if (_resized)
            {
                _resized = false;
                return News.Resized;
            }

            if (fds[0].revents == 0) continue;
            fixed (byte* p = buffer) length = (int)Syscall.read(Input, p, buffer.Length);
            if (length > 0) return News.Typed;
            if (length != -LibC.EINTR && length != -LibC.EAGAIN) return News.Ended;
        }
    }

    /// <summary>Ends the wait of another thread in <see cref="Read"/>.</summary>
    internal void Stop()
    {
        _stopped = true;
        _wake.Set();
    }

    /// <summary>Shows bytes, all of them.</summary>
    /// <exception cref="KernelException">The terminal, or what output goes to instead, takes no more.</exception>
    internal static void Write(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            int written;
            fixed (byte* p = data) written = (int)Syscall.write(Output, p, data.Length);
            if (written >= 0)
            {
                data = data[written..];
            }
            else if (written == -LibC.EAGAIN)
            {
                var fd = new Syscall.PollFd { fd = Output, events = Syscall.POLLOUT };
                Polling.Wait(&fd, 1, -1);
            }
            else if (written != -LibC.EINTR)
            {
                throw new KernelException("write", "standard output", -written);
            }
        }
    }

    /// <summary>Gives the terminal its settings back.</summary>
    public void Dispose()
    {
        Stop();
        Restore();
        foreach (var signal in _signals) signal.Dispose();
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        _wake.Dispose();
    }

    private static ConsoleTerminal Open(Func<TerminalSettings, TerminalSettings> change)
    {
        if (!TerminalSettings.TryRead(Input, out var before)) throw new KernelException("ioctl TCGETS", "standard input", LibC.ENOTTY);
        var terminal = new ConsoleTerminal(before, change(before));
        try
        {
            // The way back before the way in.
            AppDomain.CurrentDomain.ProcessExit += terminal.OnProcessExit;
            foreach (var signal in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT])
                terminal._signals.Add(PosixSignalRegistration.Create(signal, _ => terminal.Restore()));
            terminal._signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => terminal.Continue()));
            terminal._signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => terminal.Resize()));
            terminal.Change();
            return terminal;
        }
        catch
        {
            terminal.Dispose();
            throw;
        }
    }

    private void OnProcessExit(object? sender, EventArgs e) => Restore();

    private void Change()
    {
        lock (_mode)
        {
            _isChanged = true;
            if (!_changed.Apply(Input)) throw new KernelException("ioctl TCSETS", "standard input", LibC.EIO);
        }
    }

    private void Restore()
    {
        lock (_mode)
        {
            if (_isChanged) _before.Apply(Input);
            _isChanged = false;
        }
    }

    // Whoever stopped this process has had the terminal meanwhile.
    private void Continue()
    {
        lock (_mode)
        {
            if (_isChanged) _changed.Apply(Input);
        }

        Resize();
    }

    private void Resize()
    {
        _resized = true;
        _wake.Set();
    }
}
