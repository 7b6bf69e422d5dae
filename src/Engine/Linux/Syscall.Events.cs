using System.Runtime.InteropServices;

namespace ContainerPS.Engine.Linux;

// Waiting for descriptors, signals and processes (man 2 poll, epoll_ctl, signalfd, eventfd, inotify, waitid), and messages between processes.
internal static unsafe partial class Syscall
{
    internal const short POLLIN = 0x1;
    internal const short POLLOUT = 0x4;

    internal const uint EPOLLIN = 0x1;
    internal const uint EPOLLOUT = 0x4;
    internal const int EPOLL_CTL_ADD = 1;
    internal const int EPOLL_CTL_DEL = 2;
    internal const int EPOLL_CTL_MOD = 3;

    internal const int P_PIDFD = 3;
    internal const int WEXITED = 4;
    internal const int WNOHANG = 1;
    internal const int CLD_EXITED = 1;

    internal const int O_CLOEXEC = 0x80000;
    internal const int O_NONBLOCK = 0x800;

    internal const uint IN_MODIFY = 0x2;
    internal const uint IN_DELETE = 0x200;
    internal const uint IN_MOVE_SELF = 0x800;

    internal const int AF_UNIX = 1;
    internal const int SOCK_SEQPACKET = 5;
    internal const int SOCK_CLOEXEC = 0x80000;
    internal const int MSG_NOSIGNAL = 0x4000;
    internal const int MSG_DONTWAIT = 0x40;

    /// <summary>One entry of <see cref="poll"/> (man 2 poll).</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct PollFd
    {
        internal int fd;
        internal short events;
        internal short revents;
    }

    /// <summary>An event (man 2 epoll_ctl); packed on x86-64 alone.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    internal struct EpollEventX64
    {
        internal uint events;
        internal long data;
    }

    /// <summary>An event (man 2 epoll_ctl) with the natural layout of all other processors.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct EpollEventOther
    {
        internal uint events;
        internal long data;
    }

    /// <summary>Waits for one of several descriptors: how many are ready, 0 at the timeout (in milliseconds, -1 for none), or <c>-errno</c>.</summary>
    internal static int poll(PollFd* fds, uint count, int timeoutMilliseconds)
    {
        // ppoll, since not all processors have poll; it is given a copy of the timeout and no signal mask.
        var seconds = stackalloc long[2];
        seconds[0] = timeoutMilliseconds / 1000;
        seconds[1] = timeoutMilliseconds % 1000 * 1_000_000L;
        return (int)Raw(Number(271, 73), (nint)fds, (nint)count, timeoutMilliseconds < 0 ? 0 : (nint)seconds);
    }

    internal static int epoll_create1(int flags) => (int)Raw(Number(291, 20), flags);

    /// <summary>Adds, changes or removes a descriptor's interest.</summary>
    internal static int epoll_ctl(int epoll, int operation, int fd, uint events, long data)
    {
        if (RuntimeInformation.ProcessArchitecture == Architecture.X64)
        {
            var x64 = new EpollEventX64 { events = events, data = data };
            return (int)Raw(233, epoll, operation, fd, (nint)(&x64));
        }

        var other = new EpollEventOther { events = events, data = data };
        return (int)Raw(21, epoll, operation, fd, (nint)(&other));
    }

    /// <summary>Waits for one event: 1 and its data, 0 at the timeout, or <c>-errno</c>.</summary>
    internal static int epoll_wait_one(int epoll, int timeoutMilliseconds, out uint events, out long data)
    {
        int n;
        if (RuntimeInformation.ProcessArchitecture == Architecture.X64)
        {
            EpollEventX64 x64 = default;
            n = (int)Raw(281, epoll, (nint)(&x64), 1, timeoutMilliseconds, 0, 8);
            (events, data) = (x64.events, x64.data);
        }
        else
        {
            EpollEventOther other = default;
            n = (int)Raw(22, epoll, (nint)(&other), 1, timeoutMilliseconds, 0, 8);
            (events, data) = (other.events, other.data);
        }

        return n;
    }

    /// <summary>A descriptor that reads the signals of <paramref name="mask"/> (bit n-1 is signal n), which must be blocked.</summary>
    internal static int signalfd(ulong mask) => (int)Raw(Number(289, 74), -1, (nint)(&mask), 8, O_CLOEXEC | O_NONBLOCK);

    internal static int eventfd(uint initial) => (int)Raw(Number(290, 19), (nint)initial, O_CLOEXEC | O_NONBLOCK);

    internal static int inotify_init() => (int)Raw(Number(294, 26), O_CLOEXEC | O_NONBLOCK);

    internal static int inotify_add_watch(int fd, byte* path, uint mask) => (int)Raw(Number(254, 27), fd, (nint)path, (nint)mask);

    internal static nint read(int fd, void* buffer, nint count) => Raw(Number(0, 63), fd, (nint)buffer, count);

    internal static nint write(int fd, void* buffer, nint count) => Raw(Number(1, 64), fd, (nint)buffer, count);

    internal static int socketpair(int type, int* pair) => (int)Raw(Number(53, 199), AF_UNIX, type, 0, (nint)pair);

    internal static nint send(int fd, void* buffer, nint count, int flags) => Raw(Number(44, 206), fd, (nint)buffer, count, flags);

    internal static nint recv(int fd, void* buffer, nint count, int flags) => Raw(Number(45, 207), fd, (nint)buffer, count, flags);

    /// <summary>Takes a connection from a listening socket: descriptor or <c>-errno</c>.</summary>
    internal static int accept(int fd) => (int)Raw(Number(288, 242) /* accept4 */, fd, 0, 0, SOCK_CLOEXEC);

    internal static int pipe2(int* pair, int flags) => (int)Raw(Number(293, 59), (nint)pair, flags);

    internal static int memfd_create(byte* name, uint flags) => (int)Raw(Number(319, 279), (nint)name, (nint)flags);
}
