using System.Text;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Linux;

/// <summary>Descriptors made in pairs or by path, closed on exec.</summary>
internal static unsafe class FileDescriptors
{
    /// <summary>A pipe: its reading and its writing end.</summary>
    internal static (SafeFileHandle Read, SafeFileHandle Write) Pipe()
    {
        var pair = stackalloc int[2];
        var result = Syscall.pipe2(pair, Syscall.O_CLOEXEC);
        if (result < 0) throw new KernelException("pipe2", "", -result);
        return (new SafeFileHandle(pair[0], true), new SafeFileHandle(pair[1], true));
    }

    /// <summary>Two connected sockets that keep the bounds of messages (SOCK_SEQPACKET).</summary>
    internal static (SafeFileHandle First, SafeFileHandle Second) SocketPair()
    {
        var pair = stackalloc int[2];
        var result = Syscall.socketpair(Syscall.SOCK_SEQPACKET | Syscall.SOCK_CLOEXEC, pair);
        if (result < 0) throw new KernelException("socketpair", "", -result);
        return (new SafeFileHandle(pair[0], true), new SafeFileHandle(pair[1], true));
    }

    /// <summary>A file in memory with the given content, positioned at its start.</summary>
    internal static SafeFileHandle InMemory(ReadOnlySpan<byte> content)
    {
        int fd;
        fixed (byte* name = "containerps\0"u8)
            fd = Syscall.memfd_create(name, 1 /* MFD_CLOEXEC */);
        if (fd < 0) throw new KernelException("memfd_create", "containerps", -fd);
        var file = new SafeFileHandle(fd, true);
        RandomAccess.Write(file, content, 0);
        return file;
    }

    /// <summary>Opens a file of the engine's own (never one inside a container's tree).</summary>
    internal static SafeFileHandle Open(string path, int flags, uint mode = 0x180 /* 0600 */)
    {
        int fd;
        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
            fd = LibC.open(name, flags | LibC.O_CLOEXEC, (mode_t)mode);
        if (fd < 0) throw new KernelException("open", path, LibC.errno);
        return new SafeFileHandle(fd, true);
    }

    /// <summary>The path of what an open descriptor stands for, as this process sees it (man 5 proc, /proc/pid/fd).</summary>
    internal static string PathOf(int fd)
    {
        var text = stackalloc byte[4096];
        int length;
        fixed (byte* name = Encoding.ASCII.GetBytes($"/proc/self/fd/{fd}\0")) length = Syscall.readlinkat(LibC.AT_FDCWD, name, text, 4096);
        return length >= 0 ? Encoding.UTF8.GetString(text, length) : throw new KernelException("read link", "/proc/self/fd", -length);
    }

    /// <summary>Receives one descriptor that another process sends on a socket (man 7 unix, SCM_RIGHTS).</summary>
    internal static SafeFileHandle Receive(SafeFileHandle socket)
    {
        // struct msghdr and cmsghdr of 64-bit processors.
        var data = stackalloc byte[64];
        var control = stackalloc byte[64];
        var vector = stackalloc nint[2];
        (vector[0], vector[1]) = ((nint)data, 64);
        var message = stackalloc nint[7];
        new Span<nint>(message, 7).Clear();
        (message[2], message[3], message[4], message[5]) = ((nint)vector, 1, (nint)control, 64);
        const int MSG_CMSG_CLOEXEC = 0x40000000;
        nint result;
        do result = Syscall.Raw(Syscall.Number(47, 212) /* recvmsg */, socket.Number(), (nint)message, MSG_CMSG_CLOEXEC);
        while (result == -LibC.EINTR);
        if (result < 0) throw new KernelException("recvmsg", "", (int)-result);
        if (message[5] < 20) throw new KernelException("recvmsg", "descriptor", LibC.EPIPE);
        return new SafeFileHandle(*(int*)(control + 16), true);
    }

    /// <summary>Reading and writing the open file never wait from now on.</summary>
    internal static void SetNonBlocking(SafeFileHandle file)
    {
        const int F_SETFL = 4;
        _ = Syscall.Raw(Syscall.Number(72, 25) /* fcntl */, file.Number(), F_SETFL, Syscall.O_NONBLOCK);
    }

    /// <summary>The descriptor's number, for a system call while the handle is alive.</summary>
    internal static int Number(this SafeFileHandle handle) => (int)handle.DangerousGetHandle();
}
