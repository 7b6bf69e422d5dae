using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace ContainerPS.Engine.Networks;

/// <summary>
/// Names and addresses as words of nft's language. Nothing that others have chosen gets into a script but through these: a name that could end a word or
/// match more than itself is refused.
/// </summary>
internal static class FirewallNames
{
    private const string DeviceCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";
    private const int LongestDevice = 15;
    private const int LongestTable = 64;

    /// <summary>A network device, in quotes.</summary>
    /// <exception cref="InvalidSettingException">It has characters that nft might take for something else.</exception>
    internal static string Device(string name) =>
        name.Length is > 0 and <= LongestDevice && !name.AsSpan().ContainsAnyExcept(DeviceCharacters)
            ? $"\"{name}\""
            : throw new InvalidSettingException("Device", name, $"'{name}' cannot be a network device's name in firewall rules. Use up to {LongestDevice} letters, digits, '_', '.' and '-'.");

    /// <summary>A table.</summary>
    /// <exception cref="InvalidSettingException">It is no plain word.</exception>
    internal static string Table(string name)
    {
        var isWord = name.Length is > 0 and <= LongestTable && char.IsAsciiLetterLower(name[0]);
        foreach (var character in name) isWord &= char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '_';
        return isWord ? name : throw new InvalidSettingException("Table", name, $"'{name}' cannot be a firewall table's name. Use small letters, digits and '_'.");
    }

    /// <summary>A transport protocol.</summary>
    internal static string Protocol(string name) =>
        name is "tcp" or "udp" or "sctp" ? name : throw new InvalidSettingException("Protocol", name, $"'{name}' is no protocol that ports are published for. Use tcp, udp or sctp.");

    /// <summary>An address, without the device that a link-local one may name.</summary>
    internal static string Address(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? new IPAddress(address.GetAddressBytes()).ToString() : address.ToString();

    /// <summary>An IPv6 address as the number that a raw piece of a packet is compared with.</summary>
    internal static string Number(IPAddress address) => $"0x{Convert.ToHexStringLower(address.GetAddressBytes())}";

    /// <summary>A hardware address.</summary>
    internal static string Mac(PhysicalAddress address)
    {
        var bytes = address.GetAddressBytes();
        return bytes.Length == 6
            ? $"{bytes[0]:x2}:{bytes[1]:x2}:{bytes[2]:x2}:{bytes[3]:x2}:{bytes[4]:x2}:{bytes[5]:x2}"
            : throw new InvalidSettingException("MacAddress", address, $"'{address}' is no Ethernet address. Use six bytes.");
    }
}
