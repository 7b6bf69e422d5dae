using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;

namespace ContainerPS.Engine.Networks;

/// <summary>
/// Names and addresses as the packet filter takes them. Nothing that others have chosen gets into a script but through these: a name that could end a word or
/// match more than itself is refused.
/// </summary>
internal static class FirewallWords
{
    private const string DeviceCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";
    private const int LongestTable = 64;

    // IFNAMSIZ: with a zero at its end.
    private const int DeviceSize = 16;

    /// <summary>A network device, in quotes.</summary>
    /// <exception cref="InvalidSettingException">It has characters that nft might take for something else.</exception>
    internal static FirewallWord Device(string name)
    {
        if (name.Length is 0 or >= DeviceSize || name.AsSpan().ContainsAnyExcept(DeviceCharacters))
            throw new InvalidSettingException("Device", name, $"'{name}' cannot be a network device's name in firewall rules. Use up to {DeviceSize - 1} letters, digits, '_', '.' and '-'.");
        var bytes = new byte[DeviceSize];
        Encoding.ASCII.GetBytes(name, bytes);
        return new FirewallWord($"\"{name}\"", bytes);
    }

    /// <summary>A table.</summary>
    /// <exception cref="InvalidSettingException">It is no plain word.</exception>
    internal static string Table(string name)
    {
        var isWord = name.Length is > 0 and <= LongestTable && char.IsAsciiLetterLower(name[0]);
        foreach (var character in name) isWord &= char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '_';
        return isWord ? name : throw new InvalidSettingException("Table", name, $"'{name}' cannot be a firewall table's name. Use small letters, digits and '_'.");
    }

    /// <summary>A transport protocol.</summary>
    internal static FirewallWord Protocol(string name) => new(name, [name switch
    {
        "tcp" => 6,
        "udp" => 17,
        "sctp" => 132,
        _ => throw new InvalidSettingException("Protocol", name, $"'{name}' is no protocol that ports are published for. Use tcp, udp or sctp."),
    }]);

    /// <summary>A port.</summary>
    internal static FirewallWord Port(int port)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)port);
        return new FirewallWord(port.ToString(CultureInfo.InvariantCulture), bytes);
    }

    /// <summary>A mark, in the machine's order of bytes.</summary>
    internal static FirewallWord Mark(int mark) => new(mark.ToString(CultureInfo.InvariantCulture), BitConverter.GetBytes(mark));

    /// <summary>An address, without the device that a link-local one may name.</summary>
    internal static FirewallWord Address(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        return new FirewallWord((address.AddressFamily == AddressFamily.InterNetworkV6 ? new IPAddress(bytes) : address).ToString(), bytes);
    }

    /// <summary>The addresses of a subnet.</summary>
    internal static FirewallWord Subnet(IPNetwork subnet)
    {
        var last = subnet.BaseAddress.GetAddressBytes();
        for (var bit = subnet.PrefixLength; bit < 8 * last.Length; bit++) last[bit / 8] |= (byte)(0x80 >> (bit % 8));
        return new FirewallWord(string.Create(CultureInfo.InvariantCulture, $"{Address(subnet.BaseAddress).Text}/{subnet.PrefixLength}"), subnet.BaseAddress.GetAddressBytes(), last);
    }

    /// <summary>An IPv6 address as the number that a raw piece of a packet is compared with.</summary>
    internal static FirewallWord Number(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        return new FirewallWord($"0x{Convert.ToHexStringLower(bytes)}", bytes);
    }

    /// <summary>A hardware address.</summary>
    internal static FirewallWord Mac(PhysicalAddress address)
    {
        var bytes = address.GetAddressBytes();
        return bytes.Length == 6
            ? new FirewallWord($"{bytes[0]:x2}:{bytes[1]:x2}:{bytes[2]:x2}:{bytes[3]:x2}:{bytes[4]:x2}:{bytes[5]:x2}", bytes)
            : throw new InvalidSettingException("MacAddress", address, $"'{address}' is no Ethernet address. Use six bytes.");
    }
}
