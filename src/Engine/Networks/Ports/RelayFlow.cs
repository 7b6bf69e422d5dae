using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Networks;

/// <summary>
/// One direction of a relayed connection. Bytes go through a pipe without being copied (man 2 splice). Nothing is read while bytes wait to be written: who
/// reads slowly slows the other end down. The end of one direction leaves the other open.
/// </summary>
internal sealed class RelayFlow(SafeFileHandle from, SafeFileHandle to, PipePool pipes)
{
    private const int LargestPiece = 1 << 20;

    // Then others have their turn.
    private const int PiecesAtOnce = 8;

    private PipePool.Pipe? _pipe;
    private nint _waiting;
    private bool _hasEnded;

    /// <summary>True when all has been read and written, and the end has been passed on.</summary>
    internal bool IsFinished { get; private set; }

    /// <summary>True when there may be something to read.</summary>
    internal bool WantsRead => !_hasEnded && _waiting == 0;

    /// <summary>True when bytes wait to be written.</summary>
    internal bool WantsWrite => _waiting > 0;

    /// <summary>Moves what can be moved. False when the connection is broken.</summary>
    internal bool Move()
    {
        for (var piece = 0; piece < PiecesAtOnce && !IsFinished; piece++)
        {
            if (WantsRead)
            {
                _pipe ??= pipes.TryTake();
                if (_pipe is null) return false;
                var read = SocketCalls.Splice(from, _pipe.Write, LargestPiece);
                if (read == -LibC.EINTR) continue;
                if (read == -LibC.EAGAIN)
                {
                    Release();
                    return true;
                }

                if (read < 0) return false;
                _hasEnded = read == 0;
                _waiting = read;
            }

            if (WantsWrite)
            {
                var written = SocketCalls.Splice(_pipe!.Read, to, _waiting);
                if (written == -LibC.EINTR) continue;
                if (written == -LibC.EAGAIN) return true;
                if (written <= 0) return false;
                _waiting -= written;
            }

            if (!_hasEnded || _waiting > 0) continue;
            Release();
            _ = SocketCalls.Shutdown(to, SocketCalls.SHUT_WR);
            IsFinished = true;
        }

        return true;
    }

    /// <summary>Gives its pipe up, with what is in it.</summary>
    internal void Abandon()
    {
        if (WantsWrite) _pipe?.Dispose();
        else if (_pipe is not null) pipes.Return(_pipe);
        (_pipe, _waiting) = (null, 0);
    }

    private void Release()
    {
        if (_pipe is not null) pipes.Return(_pipe);
        _pipe = null;
    }
}
