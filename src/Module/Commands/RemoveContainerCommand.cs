using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>Remove-Container: removes containers that do not run; with -Force others too.</summary>
[Cmdlet(VerbsCommon.Remove, "Container", SupportsShouldProcess = true)]
[OutputType(typeof(Container))]
public sealed class RemoveContainerCommand : ContainerItemCommand
{
    /// <summary>Kills containers that run.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Removes their anonymous volumes, too, unless other containers share them.</summary>
    [Parameter]
    [Alias("v")]
    public SwitchParameter RemoveVolume { get; set; }

    /// <summary>Returns the containers as they were.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void ProcessContainer(Container container)
    {
        if (!ShouldProcess(container.Name, "Remove"))
            return;
        Engine.Containers.Remove(container.Id, Force, Cancellation, RemoveVolume);
        if (PassThru)
            WriteObject(container);
    }
}
