using System.Net;

namespace ContainerPS.Engine.Networks;

/// <summary>Finds subnets that neither this machine nor another network has.</summary>
/// <param name="host">This machine's routes.</param>
/// <param name="others">Subnets of the other networks, by name.</param>
internal sealed class SubnetChooser(HostNetwork host, IReadOnlyList<(string Name, IPNetwork Subnet)> others)
{
    /// <summary>The first free subnet of the pools; null when there is none.</summary>
    internal IPNetwork? Choose(IReadOnlyList<PoolSetting> pools, string device)
    {
        foreach (var pool in pools)
        {
            var number = Subnets.Number(pool.Base.BaseAddress);
            var last = Subnets.Number(Subnets.LastOf(pool.Base));
            var step = UInt128.One << (Subnets.Bits(pool.Base.BaseAddress) - pool.Size);
            for (; number <= last; number += step)
            {
                var subnet = new IPNetwork(Subnets.Address(number, pool.Base.BaseAddress.AddressFamily), pool.Size);
                if (ConflictOf(subnet, device) is null) return subnet;
            }
        }

        return null;
    }

    /// <summary>What has addresses of a subnet, in words; null when nothing has.</summary>
    internal string? ConflictOf(IPNetwork subnet, string device)
    {
        foreach (var (name, other) in others)
            if (Subnets.Overlap(other, subnet)) return $"the network '{name}' has {other}";
        return host.Conflict(subnet, device) is { } route ? $"this machine has a route to {route.Subnet}{(route.Device.Length > 0 ? $" by '{route.Device}'" : "")}" : null;
    }
}
