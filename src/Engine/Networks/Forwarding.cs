namespace ContainerPS.Engine.Networks;

/// <summary>Has this machine pass on what is not for itself, which containers need to reach the outside: turned on when a container comes to a bridge that needs it, and left on.</summary>
internal static class Forwarding
{
    private const string IPv4 = "net.ipv4.ip_forward";
    private const string IPv6 = "net.ipv6.conf.all.forwarding";

    private static readonly string[] s_names = [IPv4, IPv6];

    /// <summary>The parameters that are off, as sysctl(8) names them.</summary>
    internal static IReadOnlyList<string> Off() => [.. s_names.Where(IsOff)];

    /// <summary>Those that a network needs and that are off.</summary>
    internal static IEnumerable<string> Missing(NetworkRecord network) =>
        network.Driver == NetworkDrivers.Bridge && !network.Internal ? s_names.Where(name => network.Pools.Exists(pool => pool.IsVersion6 == (name == IPv6)) && IsOff(name)) : [];

    /// <summary>Turns on what a network needs.</summary>
    internal static void TurnOn(NetworkRecord network)
    {
        foreach (var name in Missing(network))
        {
            if (name == IPv6) KeepListeningToRouters();
            KernelSwitch.Set(PathOf(name), "1");
        }
    }

    private static bool IsOff(string name) => KernelSwitch.Get(PathOf(name)) == "0";

    // As KernelSwitch has it: below /proc/sys/net.
    private static string PathOf(string name) => name["net.".Length..].Replace('.', '/');

    // A machine that passes packets on does not listen to routers any more, and would lose the way out that it has learnt from them, unless told to go on
    // (accept_ra in the kernel's ip-sysctl.txt).
    private static void KeepListeningToRouters()
    {
        const string folder = "/proc/sys/net/ipv6/conf";
        foreach (var device in Directory.EnumerateDirectories(folder).Select(static path => Path.GetFileName(path)))
        {
            if (device is "all" or "default" or "lo") continue;
            if (KernelSwitch.Get($"ipv6/conf/{device}/accept_ra") == "1") KernelSwitch.Set($"ipv6/conf/{device}/accept_ra", "2");
        }
    }
}
