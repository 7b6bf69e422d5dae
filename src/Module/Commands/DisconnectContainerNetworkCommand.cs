using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>Disconnect-ContainerNetwork: takes containers off a network, running or not.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "ContainerNetwork", SupportsShouldProcess = true)]
[OutputType(typeof(Container))]
public sealed class DisconnectContainerNetworkCommand : NetworkMemberCommand
{
    /// <summary>Does not mind when a container is not on the network; takes one off that is gone, too.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override string Action => $"Disconnect from network '{Network}'";

    private protected override void Change(Container container) => Engine.Containers.Disconnect(container.Id, Network, Force);
}
