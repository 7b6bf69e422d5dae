using System.Diagnostics;
using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;

namespace ContainerPS.Engine.Tests.Networks;

/// <summary>Sends and sees whole Ethernet frames at a device of a namespace (man 7 packet).</summary>
internal sealed unsafe class PacketSocket : IDisposable
{
    private const int AF_PACKET = 17;
    private const int SOCK_RAW = 3;
    private const ushort AllProtocols = 0x0300; // ETH_P_ALL in the network's order

    private readonly SafeFileHandle _socket;

    internal PacketSocket(NetworkNamespace where, string device)
    {
        _socket = where.Run(() =>
        {
            var fd = (int)Syscall.Raw(Syscall.Number(41, 198) /* socket */, AF_PACKET, SOCK_RAW | Syscall.SOCK_CLOEXEC, AllProtocols);
            Assert.True(fd >= 0, "socket(AF_PACKET)");
            var socket = new SafeFileHandle(fd, true);
            var index = int.Parse(where.Shell($"cat /sys/class/net/{device}/ifindex").Trim());

            // struct sockaddr_ll: family, protocol, interface …
            var address = stackalloc byte[20];
            new Span<byte>(address, 20).Clear();
            (*(ushort*)address, ((ushort*)address)[1], ((int*)address)[1]) = (AF_PACKET, AllProtocols, index);
            Assert.Equal(0, Syscall.Raw(Syscall.Number(49, 200) /* bind */, fd, (nint)address, 20));
            return socket;
        });
    }

    internal void Send(byte[] frame)
    {
        fixed (byte* bytes = frame) Assert.Equal(frame.Length, Syscall.send(_socket.Number(), bytes, frame.Length, 0));
    }

    /// <summary>Frames that come until one holds <paramref name="last"/>; that one, too.</summary>
    internal List<byte[]> ReceiveUntil(byte[] last)
    {
        var frames = new List<byte[]>();
        var buffer = new byte[4096];
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < NetworkLab.Long)
        {
            if (!Polling.WaitReadable(_socket, NetworkLab.Long, CancellationToken.None)) break;
            nint length;
            fixed (byte* bytes = buffer) length = Syscall.recv(_socket.Number(), bytes, buffer.Length, 0);
            if (length < 0) continue;
            frames.Add(buffer[..(int)length]);
            if (Holds(frames[^1], last)) return frames;
        }

        throw new TimeoutException("The last frame has not come.");
    }

    internal static bool Holds(byte[] frame, byte[] part) => frame.AsSpan().IndexOf(part) >= 0;

    public void Dispose() => _socket.Dispose();
}
