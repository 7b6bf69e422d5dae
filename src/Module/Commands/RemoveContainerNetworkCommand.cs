using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>Remove-ContainerNetwork: removes networks that no container uses, running or not.</summary>
[Cmdlet(VerbsCommon.Remove, "ContainerNetwork", SupportsShouldProcess = true)]
[OutputType(typeof(ContainerNetwork))]
public sealed class RemoveContainerNetworkCommand : ContainerCommand
{
    /// <summary>Networks: objects, names with wildcards, ids or beginnings of ids.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(NetworkCompleter))]
    [IdentityOf]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Network { get; set; } = [];

    /// <summary>Does not mind when there is no such network. One that is in use is not removed all the same.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Returns the networks as they were.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Process()
    {
        foreach (var pattern in Network)
            ForItem(() => Remove(pattern));
    }

    // Those that exist from the start are not meant by a wildcard.
    private void Remove(string pattern)
    {
        if (WildcardPattern.ContainsWildcardCharacters(pattern))
        {
            foreach (var network in Engine.Networks.Find(pattern).Where(static network => network.Name is not ("bridge" or "host" or "none")))
                ForItem(() => RemoveOne(network));
            return;
        }

        try
        {
            RemoveOne(Engine.Networks.Get(pattern));
        }
        catch (NetworkNotFoundException) when (Force)
        {
            // Nor was it to be there.
        }
    }

    private void RemoveOne(ContainerNetwork network)
    {
        if (!ShouldProcess(network.Name, "Remove network"))
            return;
        Engine.Networks.Remove(network.Name);
        if (PassThru)
            WriteObject(network);
    }
}
