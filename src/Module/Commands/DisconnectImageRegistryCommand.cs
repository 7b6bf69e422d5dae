using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>Disconnect-ImageRegistry: forgets the account of a registry.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "ImageRegistry", SupportsShouldProcess = true)]
public sealed class DisconnectImageRegistryCommand : ContainerCommand
{
    /// <summary>The registry's host and, if it has one, its port; Docker Hub if none is given.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? Registry { get; set; }

    private protected override void Process()
    {
        var registry = Registry ?? ImageReference.DefaultDomain;
        if (ShouldProcess(registry, "Disconnect") && !Engine.Registries.Disconnect(Registry))
            WriteWarning($"No account of '{registry}' is kept here.");
    }
}
