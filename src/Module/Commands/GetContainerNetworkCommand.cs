using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>Get-ContainerNetwork: networks and the containers on them.</summary>
[Cmdlet(VerbsCommon.Get, "ContainerNetwork")]
[OutputType(typeof(ContainerNetwork))]
public sealed class GetContainerNetworkCommand : ContainerCommand
{
    /// <summary>Networks: names with wildcards, ids or beginnings of ids; all if none is given.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(NetworkCompleter))]
    [IdentityOf]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Network { get; set; } = [];

    /// <summary>Only networks of this driver.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NetworkDriverCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Driver { get; set; }

    /// <summary>Only networks with all these labels: 'key', 'key=value', or a hashtable.</summary>
    [Parameter]
    [PairsAsText]
    [ValidateNotNullOrEmpty]
    public string[] Label { get; set; } = [];

    private protected override void Process()
    {
        if (Network.Length == 0)
            Write(Engine.Networks.List(Report));
        foreach (var pattern in Network)
            ForItem(() => Write(Engine.Networks.Find(pattern, Report)));
    }

    private void Write(IReadOnlyList<ContainerNetwork> networks)
    {
        foreach (var network in networks)
        {
            if (Fits(network))
                WriteObject(network);
        }
    }

    private bool Fits(ContainerNetwork network)
    {
        if (Driver is not null && !Driver.Equals(network.Driver, StringComparison.OrdinalIgnoreCase))
            return false;
        return Label.All(label =>
        {
            var equals = label.IndexOf('=');
            return equals < 0 ? network.Labels.ContainsKey(label) : network.Labels.TryGetValue(label[..equals], out var value) && value == label[(equals + 1)..];
        });
    }

    private void Report(ContainerEngineException error) => WriteError(ErrorRecords.From(error));
}
