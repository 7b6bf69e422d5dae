using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>Connect-ContainerNetwork: puts containers on a network, running or not.</summary>
[Cmdlet(VerbsCommunications.Connect, "ContainerNetwork", SupportsShouldProcess = true)]
[OutputType(typeof(Container))]
public sealed class ConnectContainerNetworkCommand : NetworkMemberCommand
{
    /// <summary>Names by which others on the network find it, beside its own.</summary>
    [Parameter]
    public string[] Alias { get; set; } = [];

    /// <summary>Its address of IPv4 there; a free one when left out.</summary>
    [Parameter]
    [Alias("Ip")]
    public string? IPAddress { get; set; }

    /// <summary>Its address of IPv6 there; a free one when left out.</summary>
    [Parameter]
    [Alias("Ip6")]
    public string? IPv6Address { get; set; }

    /// <summary>Its hardware address there, such as 02:42:ac:11:00:02; a random one when left out.</summary>
    [Parameter]
    public string? MacAddress { get; set; }

    private protected override string Action => $"Connect to network '{Network}'";

    private protected override void Change(Container container)
    {
        TellForwarding(Engine.Containers.ForwardingNeeded(container.Id, Network));
        Engine.Containers.Connect(container.Id, new NetworkAttachment { Network = Network, Aliases = Alias, IPAddress = IPAddress, IPv6Address = IPv6Address, MacAddress = MacAddress });
    }
}
