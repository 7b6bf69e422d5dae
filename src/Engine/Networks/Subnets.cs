using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace ContainerPS.Engine.Networks;

/// <summary>Reckoning with addresses and subnets of both families.</summary>
internal static class Subnets
{
    /// <summary>Reads <c>address/bits</c>, whose bits behind the prefix are zero.</summary>
    /// <exception cref="InvalidSettingException">It is none.</exception>
    internal static IPNetwork Parse(string text, string parameter)
    {
        var slash = text.IndexOf('/');
        var address = IPAddress.None;
        var hasAddress = slash > 0 && Containers.IPAddressText.TryParse(text.AsSpan(0, slash), out address);
        if (hasAddress && IPNetwork.TryParse(text, out var network) && network.BaseAddress.Equals(address)) return network;
        var advice = hasAddress && int.TryParse(text.AsSpan(slash + 1), out var bits) && bits >= 0 && bits <= Bits(address)
            ? $"The subnet with that address is {new IPNetwork(FirstOf(address, bits), bits)}."
            : "Give an address and the number of bits that all addresses share, such as 10.20.0.0/16 or fd00:20::/64.";
        throw new InvalidSettingException(parameter, text, $"-{parameter} '{text}' is not a subnet. {advice}");
    }

    /// <summary>Reads an address.</summary>
    /// <exception cref="InvalidSettingException">It is none.</exception>
    internal static IPAddress ParseAddress(string text, string parameter) => Containers.IPAddressText.TryParse(text, out var address)
        ? address
        : throw new InvalidSettingException(parameter, text, $"-{parameter} '{text}' is not an IP address. Give one such as 10.20.0.5 or fd00:20::5.");

    /// <summary>True when some address is in both.</summary>
    internal static bool Overlap(IPNetwork a, IPNetwork b) =>
        a.BaseAddress.AddressFamily == b.BaseAddress.AddressFamily && (a.Contains(b.BaseAddress) || b.Contains(a.BaseAddress));

    /// <summary>Bits of an address.</summary>
    internal static int Bits(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;

    /// <summary>An address as a number.</summary>
    internal static UInt128 Number(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        return length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    /// <summary>The address with a number.</summary>
    internal static IPAddress Address(UInt128 number, AddressFamily family)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (family == AddressFamily.InterNetwork) BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)number);
        else BinaryPrimitives.WriteUInt128BigEndian(bytes, number);
        return new IPAddress(bytes[..(family == AddressFamily.InterNetwork ? 4 : 16)]);
    }

    /// <summary>The first address of the subnet that an address is in.</summary>
    internal static IPAddress FirstOf(IPAddress address, int prefixLength) => Address(Number(address) & ~HostMask(Bits(address) - prefixLength), address.AddressFamily);

    /// <summary>The last address of a subnet.</summary>
    internal static IPAddress LastOf(IPNetwork subnet) =>
        Address(Number(subnet.BaseAddress) | HostMask(Bits(subnet.BaseAddress) - subnet.PrefixLength), subnet.BaseAddress.AddressFamily);

    /// <summary>The first address that a container may have: with IPv4 the very first names the subnet, with IPv6 it is any router.</summary>
    internal static IPAddress FirstHostOf(IPNetwork subnet) => Address(Number(subnet.BaseAddress) + (subnet.PrefixLength >= Bits(subnet.BaseAddress) - 1 ? 0u : 1u), subnet.BaseAddress.AddressFamily);

    /// <summary>The last address that a container may have: with IPv4 the very last means all.</summary>
    internal static IPAddress LastHostOf(IPNetwork subnet)
    {
        var last = LastOf(subnet);
        return subnet.BaseAddress.AddressFamily == AddressFamily.InterNetwork && subnet.PrefixLength < 31 ? Address(Number(last) - 1, AddressFamily.InterNetwork) : last;
    }

    private static UInt128 HostMask(int bits) => bits == 128 ? UInt128.MaxValue : (UInt128.One << bits) - 1;
}
