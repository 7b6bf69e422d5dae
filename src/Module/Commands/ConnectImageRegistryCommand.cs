using System.Management.Automation;
using System.Security;

namespace ContainerPS.Module;

/// <summary>Connect-ImageRegistry: verifies an account with a registry and keeps it for pulls and pushes.</summary>
[Cmdlet(VerbsCommunications.Connect, "ImageRegistry", SupportsShouldProcess = true, DefaultParameterSetName = "Credential")]
[OutputType(typeof(ImageRegistry))]
public sealed class ConnectImageRegistryCommand : ContainerCommand
{
    /// <summary>The registry's host and, if it has one, its port; Docker Hub if none is given.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? Registry { get; set; }

    /// <summary>Name and password, as Get-Credential gives them; a token that stands for a password, too.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = "Credential")]
    [Credential]
    public PSCredential? Credential { get; set; }

    /// <summary>A bearer token that the registry takes as it is, as a SecureString.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "AccessToken")]
    [ValidateNotNull]
    public SecureString? AccessToken { get; set; }

    /// <summary>Returns the registry, and where its account is kept.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Process()
    {
        if (!ShouldProcess(Registry ?? ImageReference.DefaultDomain, "Connect"))
            return;
        var (name, secret) = AccessToken is { } token ? ("", new PSCredential("token", token).GetNetworkCredential().Password) : (Credential!.UserName, Credential.GetNetworkCredential().Password);
        var messages = new List<string>();
        try
        {
            var registry = Engine.Registries.Connect(Registry, name, secret, messages.Add, Cancellation);
            if (PassThru)
                WriteObject(registry);
        }
        finally
        {
            messages.ForEach(WriteVerbose);
        }
    }
}
