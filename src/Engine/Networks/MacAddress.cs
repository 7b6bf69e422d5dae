using System.Globalization;
using System.Net.NetworkInformation;

namespace ContainerPS.Engine.Networks;

/// <summary>Hardware addresses.</summary>
internal static class MacAddress
{
    /// <summary>One that is nobody's: chosen at random of those that are given out locally.</summary>
    internal static PhysicalAddress Random()
    {
        var bytes = new byte[6];
        System.Random.Shared.NextBytes(bytes);
        bytes[0] = (byte)((bytes[0] & 0xfc) | 0x02);
        return new PhysicalAddress(bytes);
    }

    /// <summary>Reads <c>02:42:0a:58:00:02</c>, also with hyphens.</summary>
    /// <exception cref="InvalidSettingException">It is none, or means several.</exception>
    internal static PhysicalAddress Parse(string text, string parameter)
    {
        var parts = text.Split(text.Contains('-') ? '-' : ':');
        if (parts.Length != 6 || !Array.TrueForAll(parts, static part => part.Length == 2 && part.All(char.IsAsciiHexDigit)))
            throw new InvalidSettingException(parameter, text, $"-{parameter} '{text}' is not a hardware address. Give six bytes such as 02:42:ac:11:00:02.");
        var bytes = Array.ConvertAll(parts, static part => Convert.ToByte(part, 16));
        if ((bytes[0] & 1) != 0 || bytes.All(static value => value == 0))
            throw new InvalidSettingException(parameter, text, $"-{parameter} '{text}' cannot be one device's. Give an address whose first byte is even, such as 02:42:ac:11:00:02.");
        return new PhysicalAddress(bytes);
    }

    /// <summary>The usual writing.</summary>
    internal static string Text(PhysicalAddress address) => string.Join(':', address.GetAddressBytes().Select(static value => value.ToString("x2", CultureInfo.InvariantCulture)));
}
