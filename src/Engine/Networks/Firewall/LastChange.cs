using System.Globalization;
using ContainerPS.Engine.Linux;

namespace ContainerPS.Engine.Networks;

/// <summary>
/// Remembers the packet filter's generation after our last change: while it is the same, nobody has changed anything, and our tables are as we left them. It may
/// be gone at any time. The firewall's lock is held.
/// </summary>
/// <param name="path">Where it is kept: with the rules, it is gone after a boot.</param>
internal sealed class LastChange(string path)
{
    /// <summary>True when nobody has changed any table since.</summary>
    internal bool IsLast(uint? generation) => generation is { } number && File.Exists(path) && File.ReadAllText(path) == TextOf(number);

    /// <summary>Remembers it; null to forget, when others may have changed something at the same time.</summary>
    internal void Remember(uint? generation)
    {
        if (generation is { } number) File.WriteAllText(path, TextOf(number));
        else File.Delete(path);
    }

    private static string TextOf(uint generation) => string.Create(CultureInfo.InvariantCulture, $"{BootId.Current()} {generation}");
}
