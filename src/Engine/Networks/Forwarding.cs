namespace ContainerPS.Engine.Networks;

/// <summary>Has this machine pass on what is not for itself, which containers need to reach the outside: turned on with the first bridge that needs it, and left on.</summary>
internal static class Forwarding
{
    private const string IPv4 = "ipv4/ip_forward";
    private const string IPv6 = "ipv6/conf/all/forwarding";

    /// <summary>Parameters that a network needs and that are off, as sysctl(8) names them.</summary>
    internal static IEnumerable<string> Missing(NetworkRecord network)
    {
        if (network.Driver != NetworkDrivers.Bridge || network.Internal) yield break;
        if (network.Pools.Exists(static pool => !pool.IsVersion6) && KernelSwitch.Get(IPv4) == "0") yield return "net.ipv4.ip_forward";
        if (network.HasIPv6 && KernelSwitch.Get(IPv6) == "0") yield return "net.ipv6.conf.all.forwarding";
    }

    /// <summary>All of them that are off.</summary>
    internal static IReadOnlyList<string> Off() =>
    [
        .. KernelSwitch.Get(IPv4) == "0" ? ["net.ipv4.ip_forward"] : (ReadOnlySpan<string>)[],
        .. KernelSwitch.Get(IPv6) == "0" ? ["net.ipv6.conf.all.forwarding"] : (ReadOnlySpan<string>)[],
    ];

    /// <summary>Turns on what a network needs.</summary>
    internal static void TurnOn(NetworkRecord network)
    {
        if (network.Driver != NetworkDrivers.Bridge || network.Internal) return;
        if (network.Pools.Exists(static pool => !pool.IsVersion6) && KernelSwitch.Get(IPv4) == "0") KernelSwitch.Set(IPv4, "1");
        if (!network.HasIPv6 || KernelSwitch.Get(IPv6) != "0") return;
        KeepListeningToRouters();
        KernelSwitch.Set(IPv6, "1");
    }

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
