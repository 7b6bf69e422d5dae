using System.Globalization;

namespace ContainerPS.Engine;

/// <summary>
/// A hash of 64 bits that tells texts apart where nobody gains by two alike (FNV-1a, its bits mixed). What is to be safe against forgery has a <c>sha256</c>; but the base
/// library's hashes and random numbers are OpenSSL's, and loading that takes every monitor a megabyte and some milliseconds.
/// </summary>
internal static class ShortHash
{
    /// <summary>16 hex digits.</summary>
    internal static string Of(ReadOnlySpan<byte> text)
    {
        var hash = 0xcbf29ce484222325;
        foreach (var value in text) hash = unchecked((hash ^ value) * 0x100000001b3);
        return Mix(hash).ToString("x16", CultureInfo.InvariantCulture);
    }

    /// <summary>Mixes bits as splitmix64 does: each bit of the number changes about half of the result's.</summary>
    internal static ulong Mix(ulong number)
    {
        number = unchecked((number ^ (number >> 30)) * 0xbf58476d1ce4e5b9);
        number = unchecked((number ^ (number >> 27)) * 0x94d049bb133111eb);
        return number ^ (number >> 31);
    }
}
