using System.Buffers.Binary;
using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Containers;

/// <summary>
/// The monitor's end of a connection to a shell. It never blocks: a message that does not fit waits here, and until it has gone the monitor reads
/// no further output, so that a slow reader slows its container down as a pipe does, and no memory is used up.
/// </summary>
internal sealed unsafe class MonitorClient : IDisposable
{
    private readonly SafeFileHandle _socket;
    private readonly Queue<byte[]> _waiting = new();

    internal MonitorClient(SafeFileHandle socket) => _socket = socket;

    /// <summary>The socket's number, for epoll.</summary>
    internal int Descriptor => _socket.Number();

    /// <summary>True while messages wait for room.</summary>
    internal bool IsBlocked => _waiting.Count > 0;

    /// <summary>True once the shell has gone.</summary>
    internal bool IsClosed { get; private set; }

    /// <summary>Sends a message whose first byte is its kind.</summary>
    internal void Send(ReadOnlySpan<byte> message)
    {
        if (IsClosed) return;
        if (IsBlocked || !TrySend(message)) _waiting.Enqueue(message.ToArray());
    }

    /// <summary>Sends a message of a kind and a number.</summary>
    internal void Send(MonitorMessage kind, int value)
    {
        Span<byte> message = stackalloc byte[5];
        message[0] = (byte)kind;
        BinaryPrimitives.WriteInt32LittleEndian(message[1..], value);
        Send(message);
    }

    /// <summary>Sends what waits, as far as there is room.</summary>
    internal void Flush()
    {
        while (_waiting.TryPeek(out var message) && TrySend(message)) _waiting.Dequeue();
    }

    /// <summary>Receives one message into the buffer: its length, 0 when the shell has gone, -1 when there is none.</summary>
    internal int Receive(byte* buffer, int size)
    {
        var length = (int)Syscall.recv(Descriptor, buffer, size, Syscall.MSG_DONTWAIT);
        if (length > 0) return length;
        if (length == -LibC.EAGAIN || length == -LibC.EINTR) return -1;
        Close();
        return 0;
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private bool TrySend(ReadOnlySpan<byte> message)
    {
        if (IsClosed) return true;
        int result;
        fixed (byte* p = message)
            result = (int)Syscall.send(Descriptor, p, message.Length, Syscall.MSG_NOSIGNAL | Syscall.MSG_DONTWAIT);
        if (result >= 0) return true;
        if (result == -LibC.EAGAIN || result == -LibC.EINTR) return false;
        Close();
        return true;
    }

    private void Close()
    {
        IsClosed = true;
        _waiting.Clear();
    }
}
