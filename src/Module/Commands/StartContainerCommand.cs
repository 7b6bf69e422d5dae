using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>Start-Container: starts containers that do not run.</summary>
[Cmdlet(VerbsLifecycle.Start, "Container", SupportsShouldProcess = true)]
[OutputType(typeof(Container))]
public sealed class StartContainerCommand : ContainerActionCommand
{
    private protected override void ProcessContainer(Container container)
    {
        if (!ShouldProcess(container.Name, "Start"))
            return;
        var started = Engine.Containers.Start(container.Id, Cancellation);
        if (PassThru)
            WriteObject(started);
    }
}
