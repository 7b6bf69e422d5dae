namespace ContainerPS.Engine.Networks;

/// <summary>Options of the driver <c>bridge</c>, also by the names that Docker has for them.</summary>
internal static class BridgeOptions
{
    private const string DockersPrefix = "com.docker.network.bridge.";
    private const string Masquerade = "enable_ip_masquerade";
    private const string Contact = "enable_icc";

    /// <summary>The options, by their short names.</summary>
    internal static IReadOnlyList<string> Names { get; } = [Masquerade, Contact];

    /// <summary>An option's short name.</summary>
    internal static string ShortName(string name) => name.StartsWith(DockersPrefix, StringComparison.Ordinal) ? name[DockersPrefix.Length..] : name;

    /// <summary>False when what leaves the network keeps its containers' addresses.</summary>
    internal static bool HasMasquerade(NetworkRecord network) => IsOn(network, Masquerade);

    /// <summary>True when containers on the network reach each other by published ports alone.</summary>
    internal static bool IsIsolated(NetworkRecord network) => !IsOn(network, Contact);

    private static bool IsOn(NetworkRecord network, string name) =>
        !(network.Options?.Any(option => ShortName(option.Key) == name && option.Value.Equals("false", StringComparison.OrdinalIgnoreCase)) ?? false);
}
