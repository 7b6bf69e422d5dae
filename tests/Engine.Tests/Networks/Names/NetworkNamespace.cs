using ContainerPS.Engine.Linux;

namespace ContainerPS.Engine.Tests.Networks.Names;

/// <summary>A network namespace for one thread, which is gone with it.</summary>
internal static unsafe class NetworkNamespace
{
    private const int CLONE_NEWNET = 0x40000000;
    private const int SIOCSIFFLAGS = 0x8914;
    private const short IFF_UP = 1;

    /// <summary>Moves the thread to a new one, and takes its loopback device up.</summary>
    internal static void Enter()
    {
        var result = Syscall.unshare(CLONE_NEWNET);
        if (result < 0) throw new KernelException("unshare", "network", (int)-result);
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.InterNetwork, System.Net.Sockets.SocketType.Dgram, System.Net.Sockets.ProtocolType.Udp);
        var request = stackalloc byte[40]; // struct ifreq
        new Span<byte>(request, 40).Clear();
        "lo"u8.CopyTo(new Span<byte>(request, 16));
        *(short*)(request + 16) = IFF_UP;
        result = Syscall.Raw(Syscall.Number(16, 29) /* ioctl */, (int)socket.Handle, SIOCSIFFLAGS, (nint)request);
        if (result < 0) throw new KernelException("ioctl", "lo", (int)-result);
    }
}
