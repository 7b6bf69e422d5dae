using System.Net;
using System.Security.Cryptography;
using System.Text;
using ContainerPS.Engine.Linux.Netlink;

namespace ContainerPS.Engine.Networks;

/// <summary>Makes the record of a new network of what was asked, and refuses what cannot be.</summary>
internal static class NetworkPlanner
{
    private const int LeastMtu = 68;
    private const int LeastMtuOfIPv6 = 1280;
    private const int MostMtu = 65535;

    /// <summary>Name of the option with the device whose wire macvlan and ipvlan use.</summary>
    internal const string Parent = "parent";

    /// <summary>The record.</summary>
    /// <param name="paths">The store.</param>
    /// <param name="settings">What was asked.</param>
    /// <param name="chooser">Knows what is free.</param>
    /// <param name="pools">What subnets are cut of.</param>
    internal static NetworkRecord Plan(StorePaths paths, NetworkSettings settings, SubnetChooser chooser, IReadOnlyList<PoolSetting> pools)
    {
        Check(settings);
        var driver = settings.Driver ?? NetworkDrivers.Bridge;
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var device = driver == NetworkDrivers.Bridge ? DeviceNames.OfBridge(paths, settings.Name, id) : settings.Options.GetValueOrDefault(Parent, "");
        var asked = settings.Subnets.Select(static text => Subnets.Parse(text, "Subnet")).ToList();
        foreach (var subnet in asked)
        {
            if (chooser.ConflictOf(subnet, device) is { } conflict && (driver == NetworkDrivers.Bridge || conflict.StartsWith("the network", StringComparison.Ordinal)))
                throw new SubnetInUseException(subnet.ToString(), $"The subnet {subnet} is used elsewhere: {conflict}. Give another, or leave -Subnet out to have a free one chosen.");
        }

        var planned = asked.ConvertAll(subnet => (Subnet: subnet, IsAsked: true));
        if (!asked.Exists(static subnet => Subnets.Bits(subnet.BaseAddress) == 32))
            planned.Insert(0, (chooser.Choose(pools, device) ?? throw NoneFree(settings.Name), false));
        if (settings.IPv6 && !asked.Exists(static subnet => Subnets.Bits(subnet.BaseAddress) == 128)) planned.Add((UniqueLocal(id), false));
        return new NetworkRecord
        {
            Id = id,
            Name = settings.Name,
            Driver = driver,
            Created = DateTimeOffset.UtcNow,
            Labels = settings.Labels.Count == 0 ? null : new(settings.Labels),
            Options = settings.Options.Count == 0 ? null : new(settings.Options),
            Internal = settings.Internal,
            Mtu = settings.Mtu,
            Device = device,
            Pools = [.. planned.Select(one => PoolOf(one.Subnet, one.IsAsked, settings))],
        };
    }

    /// <summary>No subnet is left.</summary>
    internal static SubnetInUseException NoneFree(string network) =>
        new(network, $"No subnet is free for the network '{network}': all of the address pools are used by other networks or by routes of this machine. Give one (-Subnet), or other pools (Set-ContainerEngine -AddressPool).");

    private static void Check(NetworkSettings settings)
    {
        ObjectName.Parse(settings.Name, "Name");
        if (NetworkNames.IsPredefined(settings.Name)) throw new NameInUseException("network", settings.Name, settings.Name);
        var driver = settings.Driver ?? NetworkDrivers.Bridge;
        if (!NetworkDrivers.All.Contains(driver)) throw Refused("Driver", driver, $"Accepted: {string.Join(", ", NetworkDrivers.All)}.");
        var least = settings.IPv6 || settings.Subnets.Any(static subnet => subnet.Contains(':')) ? LeastMtuOfIPv6 : LeastMtu;
        if (settings.Mtu is { } mtu && (mtu < least || mtu > MostMtu)) throw Refused("Mtu", mtu, $"Give {least} to {MostMtu} bytes.");
        CheckOptions(driver, settings.Options);
        var subnets = settings.Subnets.Select(static text => Subnets.Parse(text, "Subnet")).ToList();
        foreach (var family in subnets.GroupBy(static subnet => subnet.BaseAddress.AddressFamily))
            if (family.Count() > 1) throw Refused("Subnet", family.ElementAt(1), "A network has one subnet of IPv4 and one of IPv6 at most.");
        foreach (var subnet in subnets)
            if (subnet.PrefixLength > Subnets.Bits(subnet.BaseAddress) - 2) throw Refused("Subnet", subnet, $"It has no room for a gateway and a container: give at most {Subnets.Bits(subnet.BaseAddress) - 2} bits.");
        CheckInside(settings.Gateways, "Gateway", subnets);
        CheckInside(settings.AuxiliaryAddresses.Values, "AuxiliaryAddress", subnets);
        foreach (var text in settings.IPRanges)
        {
            var range = Subnets.Parse(text, "IPRange");
            if (!subnets.Exists(subnet => subnet.Contains(range.BaseAddress) && range.PrefixLength >= subnet.PrefixLength)) throw Refused("IPRange", text, "It is not in a subnet that is given with -Subnet.");
        }
    }

    private static void CheckOptions(string driver, IReadOnlyDictionary<string, string> options)
    {
        string[] known = driver switch
        {
            NetworkDrivers.Macvlan => [Parent, "macvlan_mode"],
            NetworkDrivers.Ipvlan => [Parent, "ipvlan_mode"],
            _ => [.. BridgeOptions.Names],
        };
        foreach (var (key, value) in options)
        {
            if (!known.Contains(driver == NetworkDrivers.Bridge ? BridgeOptions.ShortName(key) : key)) throw Refused("Option", $"{key}={value}", $"Options of the driver '{driver}': {string.Join(", ", known)}.");
            if (driver == NetworkDrivers.Bridge && !bool.TryParse(value, out _)) throw Refused("Option", $"{key}={value}", "Give true or false.");
            if (driver != NetworkDrivers.Bridge && key != Parent) DeviceModes.Check(driver, value);
        }

        if (driver != NetworkDrivers.Bridge && options.GetValueOrDefault(Parent, "").Length is 0 or > Links.LongestName)
            throw Refused("Option", options.GetValueOrDefault(Parent), $"The driver '{driver}' needs the device whose wire the containers are to be on, as in -Option {Parent}=eth0.");
    }

    private static void CheckInside(IEnumerable<string> addresses, string parameter, List<IPNetwork> subnets)
    {
        foreach (var text in addresses)
        {
            var address = Subnets.ParseAddress(text, parameter);
            if (!subnets.Exists(subnet => subnet.Contains(address))) throw Refused(parameter, text, "It is not in a subnet that is given with -Subnet.");
            var subnet = subnets.Find(subnet => subnet.Contains(address));
            if (Subnets.Number(address) < Subnets.Number(Subnets.FirstHostOf(subnet)) || Subnets.Number(address) > Subnets.Number(Subnets.LastHostOf(subnet)))
                throw Refused(parameter, text, $"The first and the last address of {subnet} are nobody's.");
        }
    }

    private static AddressPool PoolOf(IPNetwork subnet, bool isAsked, NetworkSettings settings)
    {
        var gateway = settings.Gateways.FirstOrDefault(text => subnet.Contains(IPAddress.Parse(text)));
        var auxiliary = settings.AuxiliaryAddresses.Where(entry => subnet.Contains(IPAddress.Parse(entry.Value))).ToDictionary(static entry => entry.Key, static entry => entry.Value);
        return new AddressPool
        {
            Subnet = subnet.ToString(),
            Gateway = gateway is null ? Subnets.FirstHostOf(subnet).ToString() : IPAddress.Parse(gateway).ToString(),
            IPRange = settings.IPRanges.FirstOrDefault(text => subnet.Contains(IPNetwork.Parse(text).BaseAddress)),
            Auxiliary = auxiliary.Count == 0 ? null : auxiliary,
            IsAsked = isAsked,
        };
    }

    // A subnet that hardly anybody else has (RFC 4193): 40 bits and a subnet's number of the network's id.
    private static IPNetwork UniqueLocal(string id)
    {
        var bytes = new byte[16];
        bytes[0] = 0xfd;
        SHA256.HashData(Encoding.ASCII.GetBytes(id)).AsSpan(0, 7).CopyTo(bytes.AsSpan(1));
        return new IPNetwork(new IPAddress(bytes), 64);
    }

    private static InvalidSettingException Refused(string parameter, object? value, string advice) => new(parameter, value, $"-{parameter} '{value}' is refused. {advice}");
}
