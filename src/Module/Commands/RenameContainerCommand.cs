using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>Rename-Container: gives a container another name.</summary>
[Cmdlet(VerbsCommon.Rename, "Container", SupportsShouldProcess = true)]
[OutputType(typeof(Container))]
public sealed class RenameContainerCommand : ContainerActionCommand
{
    /// <summary>The new name: a letter or digit, followed by letters, digits, '_', '.' or '-'.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string NewName { get; set; } = "";

    private protected override void ProcessContainer(Container container)
    {
        if (!ShouldProcess(container.Name, $"Rename to {NewName}"))
            return;
        Engine.Containers.Rename(container.Id, NewName);
        Pass(container);
    }
}
