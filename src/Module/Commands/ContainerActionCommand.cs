using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>Cmdlets that do something with containers, change them, and return them only when asked.</summary>
public abstract class ContainerActionCommand : ContainerItemCommand
{
    /// <summary>Returns the containers as they are afterwards.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Returns a container when -PassThru asks for it.</summary>
    private protected void Pass(Container container)
    {
        if (PassThru)
            WriteObject(Engine.Containers.Get(container.Id));
    }
}
