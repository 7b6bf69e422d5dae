using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using ContainerPS.Engine.Linux;

namespace ContainerPS.Engine.Networks;

/// <summary>
/// The calls of man 2 socket and its neighbours for descriptors that never wait. Sockets to resolvers come and go with each query: they are bare numbers, which
/// their owners close, so that a query costs the heap nothing. Each call returns the kernel's answer, or <c>-errno</c>.
/// </summary>
internal static unsafe class NameSocket
{
    /// <summary>Length of the longest address, a struct sockaddr_in6.</summary>
    internal const int LongestAddress = 28;

    internal const int SOCK_STREAM = 1;
    internal const int SOCK_DGRAM = 2;
    private const int AF_INET = 2;
    private const int AF_INET6 = 10;
    private const int SOL_SOCKET = 1;
    private const int SO_REUSEADDR = 2;
    private const int SO_ERROR = 4;

    /// <summary>The address as the kernel takes it: struct sockaddr_in or sockaddr_in6.</summary>
    internal static byte[] Address(IPEndPoint endPoint)
    {
        var isVersion6 = endPoint.AddressFamily == AddressFamily.InterNetworkV6;
        var address = new byte[isVersion6 ? LongestAddress : 16];
        BitConverter.TryWriteBytes(address, (ushort)(isVersion6 ? AF_INET6 : AF_INET));
        BinaryPrimitives.WriteUInt16BigEndian(address.AsSpan(2), (ushort)endPoint.Port);
        endPoint.Address.TryWriteBytes(address.AsSpan(isVersion6 ? 8 : 4), out _);
        if (isVersion6) BitConverter.TryWriteBytes(address.AsSpan(24), (uint)endPoint.Address.ScopeId);
        return address;
    }

    /// <summary>Makes a socket for addresses of that kind.</summary>
    internal static int Make(ReadOnlySpan<byte> address, int type) =>
        (int)Syscall.Raw(Syscall.Number(41, 198) /* socket */, address[0], type | Syscall.SOCK_CLOEXEC | Syscall.O_NONBLOCK);

    internal static int Bind(int socket, ReadOnlySpan<byte> address)
    {
        fixed (byte* p = address) return (int)Syscall.Raw(Syscall.Number(49, 200) /* bind */, socket, (nint)p, address.Length);
    }

    internal static int Listen(int socket, int longestQueue) => (int)Syscall.Raw(Syscall.Number(50, 201) /* listen */, socket, longestQueue);

    internal static int Connect(int socket, ReadOnlySpan<byte> address)
    {
        fixed (byte* p = address) return (int)Syscall.Raw(Syscall.Number(42, 203) /* connect */, socket, (nint)p, address.Length);
    }

    internal static int Accept(int socket) => (int)Syscall.Raw(Syscall.Number(288, 242) /* accept4 */, socket, 0, 0, Syscall.SOCK_CLOEXEC | Syscall.O_NONBLOCK);

    internal static int Send(int socket, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* p = bytes) return (int)Syscall.send(socket, p, bytes.Length, Syscall.MSG_NOSIGNAL);
    }

    internal static int SendTo(int socket, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> address)
    {
        fixed (byte* p = bytes, to = address)
            return (int)Syscall.Raw(Syscall.Number(44, 206) /* sendto */, socket, (nint)p, bytes.Length, Syscall.MSG_NOSIGNAL, (nint)to, address.Length);
    }

    internal static int Receive(int socket, Span<byte> buffer)
    {
        fixed (byte* p = buffer) return (int)Syscall.recv(socket, p, buffer.Length, Syscall.MSG_DONTWAIT);
    }

    /// <summary>How a connect that did not wait has ended: 0, or <c>-errno</c>.</summary>
    internal static int TakeError(int socket)
    {
        int error;
        var size = sizeof(int);
        var result = (int)Syscall.Raw(Syscall.Number(55, 209) /* getsockopt */, socket, SOL_SOCKET, SO_ERROR, (nint)(&error), (nint)(&size));
        return result < 0 ? result : -error;
    }

    /// <summary>Lets a listener have its port although connections of an earlier one are not forgotten yet.</summary>
    internal static int ReuseAddress(int socket)
    {
        var one = 1;
        return (int)Syscall.Raw(Syscall.Number(54, 208) /* setsockopt */, socket, SOL_SOCKET, SO_REUSEADDR, (nint)(&one), sizeof(int));
    }

    /// <summary>The port that a bound socket has.</summary>
    internal static int Port(int socket)
    {
        var address = stackalloc byte[LongestAddress];
        var size = LongestAddress;
        var result = (int)Syscall.Raw(Syscall.Number(51, 204) /* getsockname */, socket, (nint)address, (nint)(&size));
        return result < 0 ? result : BinaryPrimitives.ReadUInt16BigEndian(new ReadOnlySpan<byte>(address + 2, 2));
    }

    internal static void Close(int socket) => Syscall.Raw(Syscall.Number(3, 57) /* close */, socket);
}
