using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ContainerPS.Engine.Networks;

/// <summary>An address and port as the kernel has them: struct sockaddr_in or sockaddr_in6 (man 7 ip, ipv6).</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal unsafe struct SocketAddress : IEquatable<SocketAddress>
{
    /// <summary>The size of the larger, of IPv6.</summary>
    internal const int Size = 28;

    private const int Size4 = 16;
    private const ushort AF_INET = 2;
    private const ushort AF_INET6 = 10;

    // family (2 bytes), port (2); IPv4: address (4); IPv6: flow (4), address (16), scope (4)
    private ulong _first;
    private ulong _second;
    private ulong _third;
    private uint _last;

    internal SocketAddress(IPAddress address, int port)
    {
        var bytes = MemoryMarshal.AsBytes(new Span<SocketAddress>(ref this));
        var is6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        MemoryMarshal.Write(bytes, is6 ? AF_INET6 : AF_INET);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], (ushort)port);
        address.TryWriteBytes(bytes[(is6 ? 8 : 4)..], out _);
        if (is6) MemoryMarshal.Write(bytes[24..], (uint)address.ScopeId);
    }

    /// <summary>The kernel's number of the family.</summary>
    internal readonly int Family => (int)(_first & 0xffff);

    /// <summary>True for IPv6.</summary>
    internal readonly bool IsVersion6 => Family == AF_INET6;

    /// <summary>The port.</summary>
    internal readonly int Port
    {
        get
        {
            var copy = this;
            return BinaryPrimitives.ReadUInt16BigEndian(new ReadOnlySpan<byte>((byte*)&copy + 2, 2));
        }
    }

    /// <summary>How many bytes of it the kernel takes.</summary>
    internal readonly int Length => IsVersion6 ? Size : Size4;

    /// <inheritdoc/>
    public readonly bool Equals(SocketAddress other) => _first == other._first && _second == other._second && _third == other._third && _last == other._last;

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is SocketAddress other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => HashCode.Combine(_first, _second, _third, _last);
}
