using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ContainerPS.Engine.Networks;

/// <summary>
/// One datagram and the addresses it came from and went to, in memory of the kernel's layout: received with the host's address that the client has sent to, and
/// sent from that one (IP_PKTINFO, IPV6_PKTINFO).
/// </summary>
internal sealed unsafe class DatagramBuffer : IDisposable
{
    private const int LargestDatagram = 64 * 1024;
    private const int ControlSize = 64;
    private const int ControlHeader = 16;
    private const int InfoSize4 = 12;
    private const int InfoSize6 = 20;

    private readonly byte* _data = (byte*)NativeMemory.Alloc(LargestDatagram);
    private readonly byte* _control = (byte*)NativeMemory.AllocZeroed(ControlSize);

    /// <summary>The datagram's bytes.</summary>
    internal byte* Data => _data;

    /// <summary>How many bytes fit.</summary>
    internal int Capacity => LargestDatagram;

    /// <summary>Receives a datagram: how long it is, or <c>-errno</c>.</summary>
    /// <param name="socket">A socket of a port, with <see cref="AskForLocal"/> done.</param>
    /// <param name="peer">Who has sent it, and to which address.</param>
    internal nint Receive(SafeFileHandle socket, out DatagramPeer peer)
    {
        peer = default;
        SocketAddress from = default;
        var vector = stackalloc nint[2];
        (vector[0], vector[1]) = ((nint)_data, LargestDatagram);
        var message = new SocketCalls.MessageHeader
        {
            name = &from, namelen = SocketAddress.Size, iov = vector, iovlen = 1, control = _control, controllen = ControlSize,
        };
        var length = SocketCalls.ReceiveMessage(socket, &message);
        if (length < 0) return length;
        peer.Remote = from;

        // cmsghdr: length (8 bytes), level, type; struct in_pktinfo: interface, local address, destination; struct in6_pktinfo: destination, interface
        if (message.controllen >= ControlHeader + InfoSize4)
        {
            var (level, type) = (((int*)_control)[2], ((int*)_control)[3]);
            var info = _control + ControlHeader;
            if (level == SocketCalls.IPPROTO_IP && type == SocketCalls.IP_PKTINFO)
            {
                peer.LocalFirst = ((uint*)info)[1];
            }
            else if (level == SocketCalls.IPPROTO_IPV6 && type == SocketCalls.IPV6_PKTINFO && message.controllen >= ControlHeader + InfoSize6)
            {
                (peer.LocalFirst, peer.LocalSecond, peer.Device) = (((ulong*)info)[0], ((ulong*)info)[1], ((uint*)info)[4]);

                // Answers to other than link-local addresses take the route that there is.
                if (info[0] != 0xfe || (info[1] & 0xc0) != 0x80) peer.Device = 0;
            }
        }

        return length;
    }

    /// <summary>Sends what is in the buffer to the peer from the address that it has sent to: <c>-errno</c> when that fails.</summary>
    internal nint Send(SafeFileHandle socket, in DatagramPeer peer, nint length)
    {
        var to = peer.Remote;
        var vector = stackalloc nint[2];
        (vector[0], vector[1]) = ((nint)_data, length);
        new Span<byte>(_control, ControlSize).Clear();
        var info = _control + ControlHeader;
        int size;
        if (to.IsVersion6)
        {
            (((int*)_control)[2], ((int*)_control)[3]) = (SocketCalls.IPPROTO_IPV6, SocketCalls.IPV6_PKTINFO);
            (((ulong*)info)[0], ((ulong*)info)[1], ((uint*)info)[4]) = (peer.LocalFirst, peer.LocalSecond, peer.Device);
            size = InfoSize6;
        }
        else
        {
            (((int*)_control)[2], ((int*)_control)[3]) = (SocketCalls.IPPROTO_IP, SocketCalls.IP_PKTINFO);
            ((uint*)info)[1] = (uint)peer.LocalFirst;
            size = InfoSize4;
        }

        *(nint*)_control = ControlHeader + size;
        var message = new SocketCalls.MessageHeader
        {
            name = &to, namelen = to.Length, iov = vector, iovlen = 1, control = _control, controllen = ControlHeader + ((size + 7) & ~7),
        };
        return SocketCalls.SendMessage(socket, &message);
    }

    /// <summary>From now on the socket tells which of the host's addresses a datagram was sent to.</summary>
    internal static void AskForLocal(SafeFileHandle socket, bool isVersion6) =>
        _ = isVersion6
            ? SocketCalls.SetOption(socket, SocketCalls.IPPROTO_IPV6, SocketCalls.IPV6_RECVPKTINFO, 1)
            : SocketCalls.SetOption(socket, SocketCalls.IPPROTO_IP, SocketCalls.IP_PKTINFO, 1);

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(_data);
        NativeMemory.Free(_control);
    }
}
