using System.Runtime.InteropServices;
using ContainerPS.Engine.Linux;

namespace ContainerPS.Engine.Runtime;

/// <summary>Sends and receives <see cref="ChildMessage"/>s, one with a descriptor at most (man 3 cmsg).</summary>
internal static unsafe class ChildMessages
{
    private const int SOL_SOCKET = 1;
    private const int SCM_RIGHTS = 1;
    private const int MSG_PEEK = 2;
    private const int MSG_DONTWAIT = 0x40;
    private const int MSG_CMSG_CLOEXEC = 0x40000000;

    [StructLayout(LayoutKind.Sequential)]
    private struct IoVector
    {
        internal void* Base;
        internal nint Length;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct MessageHeader
    {
        internal void* Name;
        internal nint NameLength;
        internal IoVector* Vector;
        internal nint VectorCount;
        internal void* Control;
        internal nint ControlLength;
        internal int Flags;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct RightsMessage
    {
        internal nint Length;
        internal int Level;
        internal int Type;
        internal int Fd;
        internal int Padding;
    }

    /// <summary>Sends a message, with a descriptor unless that is -1: 0 or <c>-errno</c>.</summary>
    internal static nint Send(int socket, ChildMessage message, int fd = -1) => SendBytes(socket, &message, sizeof(ChildMessage), fd);

    /// <summary>Sends bytes as one message, with a descriptor unless that is -1: 0 or <c>-errno</c>.</summary>
    internal static nint SendBytes(int socket, void* bytes, nint count, int fd) => SendBytes(socket, bytes, count, fd, out _);

    /// <inheritdoc cref="SendBytes(int, void*, nint, int)"/>
    /// <param name="socket">The socket.</param>
    /// <param name="bytes">What to send.</param>
    /// <param name="count">How much it is.</param>
    /// <param name="fd">The descriptor or -1.</param>
    /// <param name="sent">How much of it a stream has taken.</param>
    internal static nint SendBytes(int socket, void* bytes, nint count, int fd, out nint sent)
    {
        var vector = new IoVector { Base = bytes, Length = count };
        var rights = new RightsMessage { Length = 20, Level = SOL_SOCKET, Type = SCM_RIGHTS, Fd = fd };
        var header = new MessageHeader { Vector = &vector, VectorCount = 1 };
        if (fd >= 0)
        {
            header.Control = &rights;
            header.ControlLength = sizeof(RightsMessage);
        }

        nint result;
        do result = ChildCalls.sendmsg(socket, &header);
        while (result == -4 /* EINTR */);
        sent = Math.Max(result, 0);
        return result < 0 ? result : 0;
    }

    /// <summary>False when the other end is closed.</summary>
    internal static bool IsOpen(int socket)
    {
        byte content;
        var vector = new IoVector { Base = &content, Length = 1 };
        var header = new MessageHeader { Vector = &vector, VectorCount = 1 };
        return ChildCalls.recvmsg(socket, &header, MSG_PEEK | MSG_DONTWAIT) != 0;
    }

    /// <summary>Receives a message and the descriptor that came with it or -1: the number of bytes, 0 at the end, or <c>-errno</c>.</summary>
    internal static nint Receive(int socket, out ChildMessage message, out int fd)
    {
        ChildMessage received = default;
        RightsMessage rights = default;
        var vector = new IoVector { Base = &received, Length = sizeof(ChildMessage) };
        var header = new MessageHeader { Vector = &vector, VectorCount = 1, Control = &rights, ControlLength = sizeof(RightsMessage) };
        nint result;
        do result = ChildCalls.recvmsg(socket, &header, MSG_CMSG_CLOEXEC);
        while (result == -4 /* EINTR */);
        message = received;
        fd = result > 0 && header.ControlLength >= 20 && rights.Level == SOL_SOCKET && rights.Type == SCM_RIGHTS ? rights.Fd : -1;
        return result;
    }
}
