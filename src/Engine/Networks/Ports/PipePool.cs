using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Networks;

/// <summary>Empty pipes for bytes on their way from one socket to another: most are needed for a moment only, so few serve many connections.</summary>
internal sealed unsafe class PipePool : IDisposable
{
    private const int LargestPool = 8;

    // Four times the usual, so that one turn moves what a socket has got meanwhile, and little enough that many slow clients keep little.
    private const int PipeSize = 1 << 18;

    private readonly Stack<Pipe> _empty = new(LargestPool);

    /// <summary>A pipe; null when no more descriptors are to be had.</summary>
    internal Pipe? TryTake()
    {
        if (_empty.TryPop(out var pipe)) return pipe;
        var pair = stackalloc int[2];
        var result = Syscall.pipe2(pair, Syscall.O_CLOEXEC | Syscall.O_NONBLOCK);
        if (result == -LibC.EMFILE || result == -LibC.ENFILE) return null;
        if (result < 0) throw new KernelException("pipe2", "", -result);
        // One that the kernel leaves at its usual size serves as well, only not as fast.
        _ = SocketCalls.SetPipeSize(pair[1], PipeSize);
        return new Pipe(new SafeFileHandle(pair[0], true), new SafeFileHandle(pair[1], true));
    }

    /// <summary>Takes an empty pipe back.</summary>
    internal void Return(Pipe pipe)
    {
        if (_empty.Count < LargestPool) _empty.Push(pipe);
        else pipe.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var pipe in _empty) pipe.Dispose();
        _empty.Clear();
    }

    /// <summary>Both ends of a pipe.</summary>
    internal sealed record Pipe(SafeFileHandle Read, SafeFileHandle Write) : IDisposable
    {
        /// <inheritdoc/>
        public void Dispose()
        {
            Read.Dispose();
            Write.Dispose();
        }
    }
}
