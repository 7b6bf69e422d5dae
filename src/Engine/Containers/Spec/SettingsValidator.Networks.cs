using ContainerPS.Engine.Networks;

namespace ContainerPS.Engine.Containers;

// Networks, ports, names.
internal static partial class SettingsValidator
{
    private static void ValidateNetworks(ContainerSettings settings)
    {
        if (settings.Network is { } mode && !NetworkMode.HasNetworks(settings) && settings.Networks.Count > 0)
            throw Refused("Network", mode, "With it a container is on no other network: leave one out.");
        if (settings.Network == NamespaceMode.OfContainer("")) throw Refused("Network", settings.Network, "Give a container's name, as in container:web.");
        foreach (var text in settings.Publish) PortSpec.Parse(text, "Publish");
        foreach (var text in settings.Expose) ExposedPort.Parse(text, "Expose");
        foreach (var text in settings.AddHosts) HostEntry.Parse(text, "AddHost");
        DnsSettings.Validate(settings.Dns, settings.DnsSearch, settings.DnsOptions);
        foreach (var attachment in settings.Networks) ValidateAttachment(attachment);
        if (NetworkMode.IsShared(settings)) ValidateShared(settings);
    }

    /// <summary>Checks how a container is to be on a network, whichever that is.</summary>
    internal static void ValidateAttachment(NetworkAttachment attachment)
    {
        foreach (var alias in attachment.Aliases)
            if (!NetworkAlias.IsValid(alias)) throw Refused("NetworkAlias", alias, "An alias is a host name: up to 63 letters, digits, '_' and '-' in each part, which are separated by dots.");
        if (attachment.IPAddress is { } address && Subnets.Bits(Subnets.ParseAddress(address, "IPAddress")) != 32) throw Refused("IPAddress", address, "Give an address of IPv4; -IPv6Address takes one of IPv6.");
        if (attachment.IPv6Address is { } address6 && Subnets.Bits(Subnets.ParseAddress(address6, "IPv6Address")) != 128) throw Refused("IPv6Address", address6, "Give an address of IPv6; -IPAddress takes one of IPv4.");
        if (attachment.MacAddress is { } mac) MacAddress.Parse(mac, "MacAddress");
    }

    // What belongs to the network is the other container's to say.
    private static void ValidateShared(ContainerSettings settings)
    {
        (string Parameter, string? Value)[] others =
        [
            ("Hostname", settings.Hostname),
            ("Publish", settings.Publish.FirstOrDefault()),
            ("PublishAll", settings.PublishAll ? "true" : null),
            ("Expose", settings.Expose.FirstOrDefault()),
            ("Dns", settings.Dns.FirstOrDefault()),
            ("DnsSearch", settings.DnsSearch.FirstOrDefault()),
            ("DnsOption", settings.DnsOptions.FirstOrDefault()),
            ("AddHost", settings.AddHosts.FirstOrDefault()),
        ];
        foreach (var (parameter, value) in others)
            if (value is not null) throw Refused(parameter, value, $"With -Network {settings.Network} it is the other container's: leave one out.");
    }
}
