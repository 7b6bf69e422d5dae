using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>Test-ContainerStore: verifies every blob, layer and record of the store, and returns what is wrong.</summary>
[Cmdlet(VerbsDiagnostic.Test, "ContainerStore", SupportsShouldProcess = true)]
[OutputType(typeof(StoreProblem))]
public sealed class TestContainerStoreCommand : ContainerCommand
{
    /// <summary>Puts right what can be: unpacks damaged layers again from their blobs, removes damaged blobs and what nothing refers to, makes lists anew.</summary>
    [Parameter]
    public SwitchParameter Repair { get; set; }

    private protected override void Process()
    {
        var engine = Engine;
        var repair = Repair && ShouldProcess(engine.Paths.Root, "Repair");
        var problems = new ProgressPump(this, "Checking the store").Run(progress => engine.Store.Check(repair, new Translated(progress), Cancellation), Cancellation);
        WriteObject(problems, enumerateCollection: true);
    }

    // One bar for all: a record for each of a thousand blobs would help nobody.
    private sealed class Translated(IProgress<ProgressItem> progress) : IProgress<StoreCheckProgress>
    {
        public void Report(StoreCheckProgress value) => progress.Report(ProgressItem.FromBytes("Blobs and layers", value.Item[..19], value.Done, value.Total));
    }
}
