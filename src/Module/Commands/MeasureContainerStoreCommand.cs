using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>Measure-ContainerStore: how much images, containers and volumes take, and how much of it nobody uses.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "ContainerStore")]
[OutputType(typeof(StoreUsage), typeof(StoreItemUsage))]
public sealed class MeasureContainerStoreCommand : ContainerCommand
{
    /// <summary>Returns each image, container and volume instead of sums.</summary>
    [Parameter]
    public SwitchParameter Detailed { get; set; }

    private protected override void Process()
    {
        if (Detailed)
            WriteObject(Engine.Store.MeasureItems(Report), enumerateCollection: true);
        else
            WriteObject(Engine.Store.Measure(Report), enumerateCollection: true);
    }

    private void Report(ContainerEngineException error) => WriteError(ErrorRecords.From(error));
}
