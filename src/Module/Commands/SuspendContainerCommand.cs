using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>Suspend-Container: stops all processes of running containers where they are.</summary>
[Cmdlet(VerbsLifecycle.Suspend, "Container", SupportsShouldProcess = true)]
[Alias("Pause-Container")]
[OutputType(typeof(Container))]
public sealed class SuspendContainerCommand : ContainerActionCommand
{
    private protected override void ProcessContainer(Container container)
    {
        if (!ShouldProcess(container.Name, "Suspend"))
            return;
        Engine.Containers.Suspend(container.Id);
        Pass(container);
    }
}
