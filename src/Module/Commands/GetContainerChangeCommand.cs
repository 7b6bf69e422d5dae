using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>Get-ContainerChange: how the files of containers differ from those of their images.</summary>
[Cmdlet(VerbsCommon.Get, "ContainerChange")]
[OutputType(typeof(ContainerChange))]
public sealed class GetContainerChangeCommand : ContainerItemCommand
{
    /// <summary>Returns only these kinds of differences.</summary>
    [Parameter]
    public ContainerChangeKind[] Kind { get; set; } = [];

    private protected override void ProcessContainer(Container container)
    {
        foreach (var change in Engine.Containers.Changes(container.Id, Cancellation))
        {
            if (Kind.Length == 0 || Kind.Contains(change.Kind))
                WriteObject(change);
        }
    }
}
