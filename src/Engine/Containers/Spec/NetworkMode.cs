namespace ContainerPS.Engine.Containers;

/// <summary>Which network a container is on.</summary>
internal static class NetworkMode
{
    /// <summary>Own namespace with loopback alone.</summary>
    internal const string None = "none";

    /// <summary>The host's namespace.</summary>
    internal const string Host = "host";

    /// <summary>True when it shares the host's.</summary>
    internal static bool IsHost(ContainerSettings settings) => Of(settings) == Host;

    /// <summary>What was asked, or the default.</summary>
    internal static string Of(ContainerSettings settings) => settings.Network ?? None;
}
