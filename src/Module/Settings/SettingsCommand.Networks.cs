using System.Management.Automation;
using ContainerPS.Engine.Containers;
using ContainerPS.Engine.Networks;

namespace ContainerPS.Module;

// Networks, ports, names.
public abstract partial class SettingsCommand
{
    /// <summary>Networks, eth0 first: names, 'none', 'host', 'container:NAME', or 'name=NETWORK,alias=NAME,ip=ADDRESS'. Without it, 'bridge'.</summary>
    [Parameter]
    [Alias("Net")]
    [ArgumentCompleter(typeof(NetworkCompleter))]
    [IdentityOf]
    [ValidateNotNullOrEmpty]
    public string[] Network { get; set; } = [];

    /// <summary>Names by which others on the first network find it, beside its own.</summary>
    [Parameter]
    [Alias("NetAlias")]
    public string[] NetworkAlias { get; set; } = [];

    /// <summary>Its address of IPv4 on the first network, whose subnet is fixed.</summary>
    [Parameter]
    [Alias("Ip")]
    public string? IPAddress { get; set; }

    /// <summary>Its address of IPv6 on the first network, whose subnet is fixed.</summary>
    [Parameter]
    [Alias("Ip6")]
    public string? IPv6Address { get; set; }

    /// <summary>Its hardware address on the first network, such as 02:42:ac:11:00:02.</summary>
    [Parameter]
    public string? MacAddress { get; set; }

    /// <summary>Ports of this machine that lead to it: '[[ip:]host port:]port[/tcp|udp|sctp]', ranges such as 8000-8010:8000-8010, or the port inside alone for a free one here.</summary>
    [Parameter]
    public string[] Publish { get; set; } = [];

    /// <summary>Publishes all exposed ports, each on a free port of this machine.</summary>
    [Parameter]
    public SwitchParameter PublishAll { get; set; }

    /// <summary>Exposed ports beside the image's: 'port[-last][/tcp|udp|sctp]'.</summary>
    [Parameter]
    public string[] Expose { get; set; } = [];

    /// <summary>Addresses of name servers, as the container sees them, in place of this machine's.</summary>
    [Parameter]
    public string[] Dns { get; set; } = [];

    /// <summary>Domains in which names are looked up, in place of this machine's; '.' for none.</summary>
    [Parameter]
    public string[] DnsSearch { get; set; } = [];

    /// <summary>Options of the resolver (man 5 resolv.conf), such as ndots:2.</summary>
    [Parameter]
    [Alias("DnsOpt")]
    public string[] DnsOption { get; set; } = [];

    /// <summary>Lines for /etc/hosts: 'name:address'; 'host-gateway' stands for this machine's address as the container sees it.</summary>
    [Parameter]
    public string[] AddHost { get; set; } = [];

    private void ReadNetworks(ContainerSettings settings)
    {
        settings.Publish = Publish;
        settings.PublishAll = PublishAll;
        settings.Expose = Expose;
        settings.Dns = Dns;
        settings.DnsSearch = DnsSearch;
        settings.DnsOptions = DnsOption;
        settings.AddHosts = AddHost;
        if (Network is [NetworkNames.None or NetworkNames.Host] || (Network is [var only] && NamespaceMode.ContainerOf(only) is not null))
        {
            settings.Network = Network[0];
            foreach (var (parameter, value) in ((string, string?)[])[(nameof(NetworkAlias), NetworkAlias.FirstOrDefault()), (nameof(IPAddress), IPAddress), (nameof(IPv6Address), IPv6Address), (nameof(MacAddress), MacAddress)])
            {
                if (value is not null)
                    throw new InvalidSettingException(parameter, value, $"-{parameter} '{value}' is refused. With -Network {Network[0]} the container has no device of its own: leave one out.");
            }

            return;
        }

        var networks = Network.Select(static text => NetworkText.Parse(text, nameof(Network))).ToList();
        foreach (var network in networks)
        {
            if (NamespaceMode.ContainerOf(network.Network) is not null)
                throw new InvalidSettingException(nameof(Network), network.Network, $"-Network '{network.Network}' is refused. With it a container is on no other network: leave one out.");
        }

        if (NetworkAlias.Length == 0 && IPAddress is null && IPv6Address is null && MacAddress is null)
        {
            settings.Networks = networks;
            return;
        }

        var first = networks.Count > 0 ? networks[0] : new NetworkAttachment { Network = NetworkNames.Bridge };
        first = first with
        {
            Aliases = [.. first.Aliases, .. NetworkAlias],
            IPAddress = IPAddress ?? first.IPAddress,
            IPv6Address = IPv6Address ?? first.IPv6Address,
            MacAddress = MacAddress ?? first.MacAddress,
        };
        settings.Networks = [first, .. networks.Skip(1)];
    }
}
