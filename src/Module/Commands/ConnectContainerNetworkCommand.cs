using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>Connect-ContainerNetwork: puts containers on a network, running or not.</summary>
[Cmdlet(VerbsCommunications.Connect, "ContainerNetwork", SupportsShouldProcess = true)]
[OutputType(typeof(Container))]
public sealed class ConnectContainerNetworkCommand : ContainerCommand
{
    /// <summary>The network: a name, an id or the beginning of one.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ArgumentCompleter(typeof(NetworkCompleter))]
    [IdentityOf]
    [ValidateNotNullOrEmpty]
    public string Network { get; set; } = "";

    /// <summary>Containers: objects, names with wildcards, ids or beginnings of ids.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [ArgumentCompleter(typeof(ContainerCompleter))]
    [IdentityOf]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Container { get; set; } = [];

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

    /// <summary>Returns the containers as they are then.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Process()
    {
        foreach (var pattern in Container)
        {
            ForItem(() =>
            {
                foreach (var container in Engine.Containers.Find(pattern, ReportDamaged))
                    ForItem(() => Connect(container));
            });
        }
    }

    private void Connect(Container container)
    {
        if (!ShouldProcess(container.Name, $"Connect to network '{Network}'"))
            return;
        Engine.Containers.Connect(container.Id, new NetworkAttachment { Network = Network, Aliases = Alias, IPAddress = IPAddress, IPv6Address = IPv6Address, MacAddress = MacAddress });
        if (PassThru)
            WriteObject(Engine.Containers.Get(container.Id));
    }
}
