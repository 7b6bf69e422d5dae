using System.Buffers.Binary;
using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Containers;

/// <summary>
/// The monitor's end of a connection to a shell. It never blocks. To the shell that started the container in the foreground nothing is lost: a message
/// that does not fit waits here, and until it has gone the monitor reads no further output, so that this reader slows the container down as a pipe does.
/// For those that attached later, no more than <see cref="MostThatWaits"/> waits: further output is dropped, and they are told how much.
/// </summary>
internal sealed unsafe class MonitorClient : IDisposable
{
    /// <summary>Bytes of output that wait for a shell that attached later.</summary>
    internal const int MostThatWaits = 256 * 1024;

    private readonly bool _losesNothing;
    private readonly MessageQueue _waiting = new();
    private long _dropped;
    private bool _readsNoMore;

    internal MonitorClient(SafeFileHandle socket, bool losesNothing, bool isInput)
    {
        Socket = socket;
        _losesNothing = losesNothing;
        IsInput = isInput;
    }

    /// <summary>The socket.</summary>
    internal SafeFileHandle Socket { get; }

    /// <summary>True when the container's input comes, or may come, from here.</summary>
    internal bool IsInput { get; set; }

    /// <summary>Called when there is something to receive, or room to send.</summary>
    internal Action? Ready { get; set; }

    /// <summary>True while messages wait for room.</summary>
    internal bool IsWaiting => !_waiting.IsEmpty || _dropped > 0;

    /// <summary>True while messages wait that the container has to wait for.</summary>
    internal bool HoldsBack => _losesNothing && IsWaiting;

    /// <summary>True once the shell has gone and all that it sent was received.</summary>
    internal bool IsClosed { get; private set; }

    /// <summary>Sends output; the first byte is the message's kind.</summary>
    internal void SendOutput(ReadOnlySpan<byte> message)
    {
        if (_readsNoMore) return;
        if (!IsWaiting && TrySend(message)) return;

        // Once something had to be dropped nothing is taken until all that waited has gone: the gap is then one, and in its place.
        if (!_losesNothing && (_dropped > 0 || _waiting.Size + message.Length > MostThatWaits)) _dropped += message.Length - 1;
        else Enqueue(message);
    }

    /// <summary>Sends a message of a kind and a number.</summary>
    internal void Send(MonitorMessage kind, int value)
    {
        Span<byte> message = stackalloc byte[1 + sizeof(int)];
        message[0] = (byte)kind;
        BinaryPrimitives.WriteInt32LittleEndian(message[1..], value);
        Send(message);
    }

    /// <summary>Sends a message that is not dropped.</summary>
    internal void Send(ReadOnlySpan<byte> message)
    {
        if (_readsNoMore) return;
        QueueGap();
        if (IsWaiting || !TrySend(message)) Enqueue(message);
    }

    /// <summary>Sends what waits, as far as there is room.</summary>
    internal void Flush()
    {
        while (!_waiting.IsEmpty && TrySend(_waiting.Peek())) _waiting.Remove();
        if (!_waiting.IsEmpty || _dropped == 0) return;
        QueueGap();
        if (TrySend(_waiting.Peek())) _waiting.Remove();
    }

    /// <summary>Receives one message into the buffer: its length, 0 when the shell has gone, -1 when there is none.</summary>
    internal int Receive(byte* buffer, int size)
    {
        var length = (int)Syscall.recv(Socket.Number(), buffer, size, Syscall.MSG_DONTWAIT);
        if (length > 0) return length;
        if (length == -LibC.EAGAIN || length == -LibC.EINTR) return -1;
        IsClosed = true;
        ReadsNoMore();
        return 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Socket.Dispose();
        _waiting.Dispose();
    }

    private void Enqueue(ReadOnlySpan<byte> message)
    {
        if (!_readsNoMore) _waiting.Add(message);
    }

    private void QueueGap()
    {
        if (_dropped == 0) return;
        Span<byte> message = stackalloc byte[1 + sizeof(long)];
        message[0] = (byte)MonitorMessage.Dropped;
        BinaryPrimitives.WriteInt64LittleEndian(message[1..], _dropped);
        _dropped = 0;
        _waiting.Add(message);
    }

    private bool TrySend(ReadOnlySpan<byte> message)
    {
        int result;
        fixed (byte* p = message)
            result = (int)Syscall.send(Socket.Number(), p, message.Length, Syscall.MSG_NOSIGNAL | Syscall.MSG_DONTWAIT);
        if (result >= 0) return true;
        if (result == -LibC.EAGAIN || result == -LibC.EINTR) return false;

        // What it sent before it went is still to be received.
        ReadsNoMore();
        return false;
    }

    private void ReadsNoMore()
    {
        _readsNoMore = true;
        _dropped = 0;
        _waiting.Clear();
    }
}
