using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;

namespace ContainerPS.Engine.Containers;

/// <summary>The monitor's ends of a container's standard streams: three pipes, or one terminal.</summary>
internal sealed unsafe class ContainerStreams : IDisposable
{
    /// <summary>Ctrl+D.</summary>
    internal const byte EndOfTransmission = 4;

    private SafeFileHandle? _childStdin;
    private SafeFileHandle? _childStdout;
    private SafeFileHandle? _childStderr;

    private ContainerStreams(bool terminal) => IsTerminal = terminal;

    /// <summary>True for a terminal.</summary>
    internal bool IsTerminal { get; }

    /// <summary>Descriptors for the container's process; -1 with a terminal.</summary>
    internal int ChildStdin => _childStdin?.Number() ?? -1;

    /// <inheritdoc cref="ChildStdin"/>
    internal int ChildStdout => _childStdout?.Number() ?? -1;

    /// <inheritdoc cref="ChildStdin"/>
    internal int ChildStderr => _childStderr?.Number() ?? -1;

    /// <summary>Where the container's input is written, or null when it has none (any more).</summary>
    internal SafeFileHandle? Stdin { get; private set; }

    /// <summary>Where its output is read, or null when it has ended.</summary>
    internal SafeFileHandle? Stdout { get; private set; }

    /// <summary>Where its error output is read, or null when it has ended or goes to the terminal.</summary>
    internal SafeFileHandle? Stderr { get; private set; }

    /// <summary>Makes the pipes; a terminal is made inside the container and comes with <see cref="Started"/>.</summary>
    internal static ContainerStreams Create(bool terminal, bool input)
    {
        var streams = new ContainerStreams(terminal);
        if (terminal) return streams;
        if (input) (streams._childStdin, streams.Stdin) = FileDescriptors.Pipe();
        else streams._childStdin = FileDescriptors.Open("/dev/null", Tmds.Linux.LibC.O_RDONLY);
        (streams.Stdout, streams._childStdout) = FileDescriptors.Pipe();
        (streams.Stderr, streams._childStderr) = FileDescriptors.Pipe();
        return streams;
    }

    /// <summary>The process has its ends: ours are closed, so that the end of its output is seen.</summary>
    internal void Started(SafeFileHandle? terminalMaster)
    {
        _childStdin?.Dispose();
        _childStdout?.Dispose();
        _childStderr?.Dispose();
        if (terminalMaster is not null)
        {
            // Two descriptors, since each is watched for itself.
            Stdout = terminalMaster;
            Stdin = ChildProcess.DuplicateAbove(terminalMaster.Number(), 3);
        }

        if (Stdin is not null) FileDescriptors.SetNonBlocking(Stdin);
        if (Stdout is not null) FileDescriptors.SetNonBlocking(Stdout);
        if (Stderr is not null) FileDescriptors.SetNonBlocking(Stderr);
    }

    /// <summary>The shell's input has ended: a pipe is closed; a terminal, which stays for output, is given the character that ends input.</summary>
    internal void EndInput()
    {
        if (!IsTerminal)
        {
            CloseInput();
            return;
        }

        var end = EndOfTransmission;
        if (Stdin is not null) _ = Syscall.write(Stdin.Number(), &end, 1);
    }

    /// <summary>Writes no more input.</summary>
    internal void CloseInput()
    {
        Stdin?.Dispose();
        Stdin = null;
    }

    /// <summary>Reads no more output.</summary>
    internal void CloseOutput(OutputStream stream)
    {
        if (stream == OutputStream.Stdout)
        {
            Stdout?.Dispose();
            Stdout = null;
            if (IsTerminal) CloseInput();
        }
        else
        {
            Stderr?.Dispose();
            Stderr = null;
        }
    }

    /// <summary>Sets the terminal's size (man 2 TIOCSWINSZ).</summary>
    internal void Resize(ushort rows, ushort columns)
    {
        const int TIOCSWINSZ = 0x5414;
        if (!IsTerminal || Stdout is null) return;
        var size = stackalloc ushort[4];
        size[0] = rows;
        size[1] = columns;
        _ = Syscall.Raw(Syscall.Number(16, 29) /* ioctl */, Stdout.Number(), TIOCSWINSZ, (nint)size);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _childStdin?.Dispose();
        _childStdout?.Dispose();
        _childStderr?.Dispose();
        Stdin?.Dispose();
        Stdout?.Dispose();
        Stderr?.Dispose();
    }
}
