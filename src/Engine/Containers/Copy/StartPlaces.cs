namespace ContainerPS.Engine.Containers;

/// <summary>What a start makes in a container's root as places for its own mounts where the image lacks them: nobody's changes, as in Docker.</summary>
internal static class StartPlaces
{
    /// <summary>Their paths, from the root.</summary>
    internal static IReadOnlySet<string> All { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "dev", "dev/console", "dev/mqueue", "dev/pts", "dev/shm", "etc", "etc/hostname", "etc/hosts", "etc/resolv.conf", "proc", "sys",
    };
}
