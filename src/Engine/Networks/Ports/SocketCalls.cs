using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;

namespace ContainerPS.Engine.Networks;

/// <summary>Sockets of the Internet's protocols (man 7 ip, tcp, udp): each call gives the kernel's answer, or <c>-errno</c>.</summary>
internal static unsafe class SocketCalls
{
    internal const int SOCK_STREAM = 1;
    internal const int SOCK_DGRAM = 2;
    internal const int IPPROTO_IP = 0;
    internal const int IPPROTO_TCP = 6;
    internal const int IPPROTO_UDP = 17;
    internal const int IPPROTO_IPV6 = 41;
    internal const int IPPROTO_SCTP = 132;
    internal const int SOL_SOCKET = 1;
    internal const int SO_REUSEADDR = 2;
    internal const int SO_ERROR = 4;
    internal const int SO_KEEPALIVE = 9;
    internal const int SO_LINGER = 13;
    internal const int TCP_NODELAY = 1;
    internal const int IP_PKTINFO = 8;
    internal const int IPV6_V6ONLY = 26;
    internal const int IPV6_RECVPKTINFO = 49;
    internal const int IPV6_PKTINFO = 50;
    internal const int SHUT_WR = 1;
    internal const int SPLICE_F_MOVE = 1;
    internal const int SPLICE_F_NONBLOCK = 2;
    internal const int F_SETPIPE_SZ = 1031;

    /// <summary>A socket that never waits, closed on exec.</summary>
    internal static int Make(int family, int type, int protocol) =>
        (int)Syscall.Raw(Syscall.Number(41, 198) /* socket */, family, type | Syscall.SOCK_CLOEXEC | Syscall.O_NONBLOCK, protocol);

    internal static int Bind(SafeFileHandle socket, SocketAddress address) =>
        (int)Syscall.Raw(Syscall.Number(49, 200) /* bind */, socket.Number(), (nint)(&address), address.Length);

    internal static int Listen(SafeFileHandle socket, int backlog) => (int)Syscall.Raw(Syscall.Number(50, 201) /* listen */, socket.Number(), backlog);

    internal static int Connect(SafeFileHandle socket, SocketAddress address) =>
        (int)Syscall.Raw(Syscall.Number(42, 203) /* connect */, socket.Number(), (nint)(&address), address.Length);

    /// <summary>Takes a connection: a descriptor that never waits, closed on exec.</summary>
    internal static int Accept(SafeFileHandle socket) =>
        (int)Syscall.Raw(Syscall.Number(288, 242) /* accept4 */, socket.Number(), 0, 0, Syscall.SOCK_CLOEXEC | Syscall.O_NONBLOCK);

    internal static int Shutdown(SafeFileHandle socket, int how) => (int)Syscall.Raw(Syscall.Number(48, 210) /* shutdown */, socket.Number(), how);

    internal static int SetOption(SafeFileHandle socket, int level, int option, int value) =>
        (int)Syscall.Raw(Syscall.Number(54, 208) /* setsockopt */, socket.Number(), level, option, (nint)(&value), sizeof(int));

    /// <summary>Closing the socket resets its connection from now on (struct linger: on, no time).</summary>
    internal static void SetResetOnClose(SafeFileHandle socket)
    {
        var linger = stackalloc int[2];
        (linger[0], linger[1]) = (1, 0);
        _ = Syscall.Raw(Syscall.Number(54, 208) /* setsockopt */, socket.Number(), SOL_SOCKET, SO_LINGER, (nint)linger, 2 * sizeof(int));
    }

    /// <summary>The error that happened on the socket since this was asked last: 0 for none.</summary>
    internal static int TakeError(SafeFileHandle socket)
    {
        int error = 0, size = sizeof(int);
        var result = Syscall.Raw(Syscall.Number(55, 209) /* getsockopt */, socket.Number(), SOL_SOCKET, SO_ERROR, (nint)(&error), (nint)(&size));
        return result < 0 ? (int)-result : error;
    }

    /// <summary>The port the socket is bound to.</summary>
    internal static int PortOf(SafeFileHandle socket)
    {
        SocketAddress address = default;
        var size = SocketAddress.Size;
        var result = Syscall.Raw(Syscall.Number(51, 204) /* getsockname */, socket.Number(), (nint)(&address), (nint)(&size));
        return result < 0 ? throw new KernelException("getsockname", "", (int)-result) : address.Port;
    }

    internal static nint SetPipeSize(int pipe, int size) => Syscall.Raw(Syscall.Number(72, 25) /* fcntl */, pipe, F_SETPIPE_SZ, size);

    internal static nint Splice(SafeFileHandle from, SafeFileHandle to, nint count) =>
        Syscall.Raw(Syscall.Number(275, 76) /* splice */, from.Number(), 0, to.Number(), 0, count, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);

    /// <summary>Receives a message with what belongs to it (struct msghdr).</summary>
    internal static nint ReceiveMessage(SafeFileHandle socket, MessageHeader* message) => Syscall.Raw(Syscall.Number(47, 212) /* recvmsg */, socket.Number(), (nint)message, Syscall.MSG_DONTWAIT);

    /// <summary>Sends a message with what belongs to it.</summary>
    internal static nint SendMessage(SafeFileHandle socket, MessageHeader* message) =>
        Syscall.Raw(Syscall.Number(46, 211) /* sendmsg */, socket.Number(), (nint)message, Syscall.MSG_DONTWAIT | Syscall.MSG_NOSIGNAL);

    /// <summary>struct msghdr of 64-bit processors, with its one struct iovec.</summary>
    internal struct MessageHeader
    {
        internal SocketAddress* name;
        internal int namelen;
        internal nint* iov;
        internal nint iovlen;
        internal byte* control;
        internal nint controllen;
        internal int flags;
    }
}
