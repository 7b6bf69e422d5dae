namespace ContainerPS.Engine.Networks;

/// <summary>Modes of devices on another's wire (linux/if_link.h).</summary>
internal static class DeviceModes
{
    private static readonly (string Name, uint Mode)[] s_macvlan = [("bridge", 4), ("private", 1), ("vepa", 2), ("passthru", 8)];

    private static readonly (string Name, uint Mode)[] s_ipvlan = [("l2", 0), ("l3", 1), ("l3s", 2)];

    /// <summary>The kernel's number of a network's mode.</summary>
    internal static uint Of(NetworkRecord network)
    {
        var modes = network.Driver == NetworkDrivers.Macvlan ? s_macvlan : s_ipvlan;
        return network.Options?.GetValueOrDefault($"{network.Driver}_mode") is { } name ? Array.Find(modes, mode => mode.Name == name).Mode : modes[0].Mode;
    }

    /// <summary>Refuses what is no mode of a driver.</summary>
    internal static void Check(string driver, string name)
    {
        var modes = driver == NetworkDrivers.Macvlan ? s_macvlan : s_ipvlan;
        if (!Array.Exists(modes, mode => mode.Name == name))
            throw new InvalidSettingException("Option", name, $"-Option '{driver}_mode={name}' is refused. Accepted: {string.Join(", ", modes.Select(static mode => mode.Name))}.");
    }
}
