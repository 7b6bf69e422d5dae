using System.Globalization;
using System.Net;

namespace ContainerPS.Engine.Containers;

/// <summary>
/// IP addresses in their usual writing and no other: four decimal numbers without leading zeros, or RFC 4291 without zone, brackets or prefix
/// length. IPAddress alone takes <c>1</c> or <c>0x7f.1</c> for an address, too, which in a setting is a slip.
/// </summary>
internal static class IPAddressText
{
    /// <summary>Reads an address: false when it is none.</summary>
    internal static bool TryParse(ReadOnlySpan<char> text, out IPAddress address)
    {
        address = IPAddress.None;
        return (text.Contains(':') ? IsVersion6(text) : IsVersion4(text)) && IPAddress.TryParse(text, out address!);
    }

    private static bool IsVersion4(ReadOnlySpan<char> text)
    {
        var parts = 0;
        foreach (var range in text.Split('.'))
        {
            var part = text[range];
            if (++parts > 4 || part.Length > 3 || (part.Length > 1 && part[0] == '0')
                || !byte.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                return false;
            }
        }

        return parts == 4;
    }

    // Groups of at most four hexadecimal digits, eight of them or fewer with one "::"; the last two may be written as an IPv4 address.
    private static bool IsVersion6(ReadOnlySpan<char> text)
    {
        var gap = text.IndexOf("::");
        if (gap < 0)
            return CountGroups(text, isLast: true) == 8;
        var before = gap == 0 ? 0 : CountGroups(text[..gap], isLast: false);
        var rest = text[(gap + 2)..];
        var after = rest.Length == 0 ? 0 : CountGroups(rest, isLast: true);
        return before >= 0 && after >= 0 && before + after < 8;
    }

    private static int CountGroups(ReadOnlySpan<char> text, bool isLast)
    {
        var groups = 0;
        foreach (var range in text.Split(':'))
        {
            var group = text[range];
            if (isLast && range.End.GetOffset(text.Length) == text.Length && group.Contains('.'))
                return IsVersion4(group) ? groups + 2 : -1;
            if (group.Length is 0 or > 4 || group.ContainsAnyExcept("0123456789abcdefABCDEF"))
                return -1;
            groups++;
        }

        return groups;
    }
}
