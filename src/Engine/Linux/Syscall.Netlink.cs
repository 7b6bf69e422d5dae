namespace ContainerPS.Engine.Linux;

// Sockets of the kernel's own protocol for network devices (man 7 netlink, rtnetlink).
internal static unsafe partial class Syscall
{
    internal const int AF_NETLINK = 16;
    internal const int SOCK_RAW = 3;
    internal const int SOL_NETLINK = 270;
    internal const int NETLINK_EXT_ACK = 11;

    private const int SOL_SOCKET = 1;
    private const int SO_SNDBUFFORCE = 32;

    /// <summary>A netlink socket: descriptor or <c>-errno</c>.</summary>
    internal static int netlink_socket(int protocol) => (int)Raw(Number(41, 198) /* socket */, AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);

    /// <summary>Sets an option of a netlink socket that is a number: 0 or <c>-errno</c>.</summary>
    internal static int netlink_option(int fd, int option, int value) => (int)Raw(Number(54, 208) /* setsockopt */, fd, SOL_NETLINK, option, (nint)(&value), sizeof(int));

    /// <summary>Lets a socket send so many bytes at once, whatever the machine's limit is: 0 or <c>-errno</c>.</summary>
    internal static int force_send_buffer(int fd, int bytes) => (int)Raw(Number(54, 208) /* setsockopt */, fd, SOL_SOCKET, SO_SNDBUFFORCE, (nint)(&bytes), sizeof(int));
}
