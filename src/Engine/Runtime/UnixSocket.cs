using System.Text;
using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Runtime;

/// <summary>Unix sockets by path, for paths of any length: the directory is reached through a descriptor.</summary>
internal static unsafe class UnixSocket
{
    private const int AddressSize = 110;

    private const int LongestQueue = 16;

    /// <summary>Makes a socket, for its owner alone, and listens at it; connections keep the bounds of messages.</summary>
    internal static SafeFileHandle Listen(string path)
    {
        var socket = Make(Syscall.SOCK_SEQPACKET, path);

        // The file gets the socket's mode (man 7 unix), so that there is no moment at which others may connect.
        Check(Syscall.fchmod(socket.Number(), 0x180 /* 0600 */), socket, "chmod socket", path);
        Check(WithAddress(path, (address, size) => Syscall.Raw(Syscall.Number(49, 200) /* bind */, socket.Number(), address, size)), socket, "bind socket", path);
        Check(Syscall.Raw(Syscall.Number(50, 201) /* listen */, socket.Number(), LongestQueue), socket, "listen at socket", path);
        return socket;
    }

    /// <summary>Connects to a socket.</summary>
    /// <param name="path">Where somebody listens.</param>
    /// <param name="stream">True for a socket without bounds of messages.</param>
    internal static SafeFileHandle Connect(string path, bool stream) => Connect(path, stream ? 1 /* SOCK_STREAM */ : Syscall.SOCK_SEQPACKET);

    /// <summary>Connects to a socket that takes datagrams.</summary>
    internal static SafeFileHandle ConnectDatagrams(string path) => Connect(path, 2 /* SOCK_DGRAM */);

    private static SafeFileHandle Connect(string path, int type)
    {
        var socket = Make(type, path);
        Check(WithAddress(path, (address, size) => Syscall.Raw(Syscall.Number(42, 203) /* connect */, socket.Number(), address, size)), socket, "connect to socket", path);
        return socket;
    }

    private static SafeFileHandle Make(int type, string path)
    {
        var fd = Syscall.Raw(Syscall.Number(41, 198) /* socket */, Syscall.AF_UNIX, type | Syscall.SOCK_CLOEXEC, 0);
        if (fd < 0) throw new RuntimeStepException("make socket", path, (int)-fd);
        return new SafeFileHandle((int)fd, ownsHandle: true);
    }

    private static void Check(nint result, SafeFileHandle socket, string step, string path)
    {
        if (result >= 0) return;
        socket.Dispose();
        throw new RuntimeStepException(step, path, (int)-result);
    }

    private static nint WithAddress(string path, Func<nint, int, nint> call)
    {
        using var directory = FileDescriptors.Open(Path.GetDirectoryName(path)!, LibC.O_PATH | LibC.O_DIRECTORY);
        var address = stackalloc byte[AddressSize];
        *(ushort*)address = Syscall.AF_UNIX;
        var name = $"/proc/self/fd/{directory.Number()}/{Path.GetFileName(path)}";
        if (Encoding.UTF8.GetByteCount(name) > AddressSize - 3) return -LibC.ENAMETOOLONG;
        var length = Encoding.UTF8.GetBytes(name, new Span<byte>(address + 2, AddressSize - 3));
        address[2 + length] = 0;
        return call((nint)address, 2 + length + 1);
    }
}
