using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>Get-ContainerProcess: the processes of running containers.</summary>
[Cmdlet(VerbsCommon.Get, "ContainerProcess")]
[OutputType(typeof(ContainerProcess))]
public sealed class GetContainerProcessCommand : ContainerItemCommand
{
    private protected override void ProcessContainer(Container container) => WriteObject(Engine.Containers.Processes(container.Id), enumerateCollection: true);
}
