using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>Resume-Container: lets the processes of suspended containers go on.</summary>
[Cmdlet(VerbsLifecycle.Resume, "Container", SupportsShouldProcess = true)]
[Alias("Unpause-Container")]
[OutputType(typeof(Container))]
public sealed class ResumeContainerCommand : ContainerActionCommand
{
    private protected override void ProcessContainer(Container container)
    {
        if (!ShouldProcess(container.Name, "Resume"))
            return;
        Engine.Containers.Resume(container.Id);
        Pass(container);
    }
}
