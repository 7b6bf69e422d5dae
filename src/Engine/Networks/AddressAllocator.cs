using System.Net;

namespace ContainerPS.Engine.Networks;

/// <summary>Chooses addresses of a pool: a pure function of what is taken.</summary>
internal static class AddressAllocator
{
    /// <summary>The next free address behind the one that was handed out last.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="taken">Addresses that containers have.</param>
    /// <param name="last">The address that was handed out last, if any was.</param>
    /// <returns>The address; null when none is free.</returns>
    internal static IPAddress? Next(AddressPool pool, IReadOnlySet<IPAddress> taken, IPAddress? last)
    {
        var (first, end) = Range(pool);
        var reserved = Reserved(pool);
        var (from, family) = (last is null ? first : Subnets.Number(last) + 1, IPNetwork.Parse(pool.Subnet).BaseAddress.AddressFamily);
        if (from < first || from > end) from = first;
        var number = from;
        do
        {
            var address = Subnets.Address(number, family);
            if (!taken.Contains(address) && !reserved.Contains(address)) return address;
            number = number == end ? first : number + 1;
        }
        while (number != from);
        return null;
    }

    /// <summary>Refuses an address that somebody asks for and cannot have.</summary>
    /// <exception cref="InvalidSettingException">It is not in the pool, or is no container's to have.</exception>
    internal static void Check(NetworkRecord network, IPAddress address, string parameter)
    {
        var pool = network.Pools.Find(pool => IPNetwork.Parse(pool.Subnet).Contains(address));
        if (pool is null)
        {
            var subnets = network.Pools.Where(pool => pool.IsVersion6 == (Subnets.Bits(address) == 128)).Select(static pool => pool.Subnet).ToList();
            throw Refused(subnets.Count == 0 ? $"The network '{network.Name}' has no {(Subnets.Bits(address) == 128 ? "IPv6" : "IPv4")} addresses." : $"It is not in the subnet {string.Join(", ", subnets)} of the network '{network.Name}'.");
        }

        var subnet = IPNetwork.Parse(pool.Subnet);
        if (pool.Gateway is { } gateway && IPAddress.Parse(gateway).Equals(address)) throw Refused($"It is the gateway of the network '{network.Name}'.");
        if (pool.Auxiliary?.FirstOrDefault(entry => IPAddress.Parse(entry.Value).Equals(address)) is { Key: { } name }) throw Refused($"It is set aside for '{name}' on the network '{network.Name}'.");
        if (Subnets.Number(address) < Subnets.Number(Subnets.FirstHostOf(subnet)) || Subnets.Number(address) > Subnets.Number(Subnets.LastHostOf(subnet)))
            throw Refused($"The first and the last address of the subnet {pool.Subnet} are no container's.");

        InvalidSettingException Refused(string why) => new(parameter, address.ToString(), $"-{parameter} '{address}' is refused. {why} Give another, or leave it out to have a free one chosen.");
    }

    // Numbers of the first and the last address that are handed out.
    private static (UInt128 First, UInt128 Last) Range(AddressPool pool)
    {
        var subnet = IPNetwork.Parse(pool.Subnet);
        var (first, last) = (Subnets.Number(Subnets.FirstHostOf(subnet)), Subnets.Number(Subnets.LastHostOf(subnet)));
        if (pool.IPRange is not { } text) return (first, last);
        var range = IPNetwork.Parse(text);
        return (UInt128.Max(first, Subnets.Number(range.BaseAddress)), UInt128.Min(last, Subnets.Number(Subnets.LastOf(range))));
    }

    private static HashSet<IPAddress> Reserved(AddressPool pool)
    {
        var reserved = new HashSet<IPAddress>();
        if (pool.Gateway is { } gateway) reserved.Add(IPAddress.Parse(gateway));
        foreach (var address in pool.Auxiliary?.Values ?? Enumerable.Empty<string>()) reserved.Add(IPAddress.Parse(address));
        return reserved;
    }
}
