using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;

namespace ContainerPS.Engine.Containers;

/// <summary>Both ends of the standard streams of a program that is run by exec: three pipes, or a socket on which the terminal comes.</summary>
internal sealed class ExecStreams : IDisposable
{
    private SafeFileHandle? _childStdin;
    private SafeFileHandle? _childStdout;
    private SafeFileHandle? _childStderr;
    private SafeFileHandle? _childConsole;
    private SafeFileHandle? _stdin;
    private SafeFileHandle? _stdout;
    private SafeFileHandle? _stderr;
    private SafeFileHandle? _console;

    internal int ChildStdin => _childStdin?.Number() ?? -1;

    internal int ChildStdout => _childStdout?.Number() ?? -1;

    internal int ChildStderr => _childStderr?.Number() ?? -1;

    /// <summary>Socket on which runcs sends the terminal's master; -1 without a terminal.</summary>
    internal int ChildConsole => _childConsole?.Number() ?? -1;

    internal static ExecStreams Create(bool terminal, bool input)
    {
        var streams = new ExecStreams();
        if (terminal)
        {
            (streams._console, streams._childConsole) = FileDescriptors.SocketPair();
            return streams;
        }

        if (input) (streams._childStdin, streams._stdin) = FileDescriptors.Pipe();
        (streams._stdout, streams._childStdout) = FileDescriptors.Pipe();
        (streams._stderr, streams._childStderr) = FileDescriptors.Pipe();
        return streams;
    }

    /// <summary>None: the child's are the null device.</summary>
    internal static ExecStreams None() => new();

    /// <summary>The child has its ends: ours of those are closed, so that the end of its output is seen.</summary>
    internal void Started()
    {
        _childStdin?.Dispose();
        _childStdout?.Dispose();
        _childStderr?.Dispose();
        _childConsole?.Dispose();
    }

    /// <summary>Hands our ends over.</summary>
    internal ExecProcess Attach(SafeFileHandle child, int pid, int group)
    {
        if (_console is null) return new ExecProcess(child, pid, group, _stdin, _stdout!, _stderr, console: null);
        var master = FileDescriptors.Receive(_console);
        return new ExecProcess(child, pid, group, ChildProcess.DuplicateAbove(master.Number(), 3), master, null, _console);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Started();
        _stdin?.Dispose();
        _stdout?.Dispose();
        _stderr?.Dispose();
        _console?.Dispose();
    }
}
