namespace ContainerPS.Engine.Networks;

/// <summary>The networks that exist from the start.</summary>
internal static class NetworkNames
{
    /// <summary>Where containers are that ask for nothing else.</summary>
    internal const string Bridge = "bridge";

    /// <summary>The machine's own network.</summary>
    internal const string Host = "host";

    /// <summary>No network but loopback.</summary>
    internal const string None = "none";

    /// <summary>True for those that cannot be made or removed.</summary>
    internal static bool IsPredefined(string name) => name is Bridge or Host or None;
}
