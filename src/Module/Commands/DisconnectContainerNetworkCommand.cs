using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>Disconnect-ContainerNetwork: takes containers off a network, running or not.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "ContainerNetwork", SupportsShouldProcess = true)]
[OutputType(typeof(Container))]
public sealed class DisconnectContainerNetworkCommand : ContainerCommand
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

    /// <summary>Does not mind when a container is not on the network.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

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
                    ForItem(() => Disconnect(container));
            });
        }
    }

    private void Disconnect(Container container)
    {
        if (!ShouldProcess(container.Name, $"Disconnect from network '{Network}'"))
            return;
        Engine.Containers.Disconnect(container.Id, Network, Force);
        if (PassThru)
            WriteObject(Engine.Containers.Get(container.Id));
    }
}
