namespace ContainerPS.Engine.Containers;

/// <summary>Further names of containers on a network: host names.</summary>
internal static class NetworkAlias
{
    private const int Longest = 253;
    private const int LongestPart = 63;

    /// <summary>True when a name can be found by the name service.</summary>
    internal static bool IsValid(ReadOnlySpan<char> name)
    {
        if (name.Length is 0 or > Longest) return false;
        foreach (var range in name.Split('.'))
        {
            var part = name[range];
            if (part.Length is 0 or > LongestPart || part.ContainsAnyExcept("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")) return false;
        }

        return true;
    }
}
