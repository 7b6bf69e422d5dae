using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>Get-ContainerVolume: volumes in the store.</summary>
[Cmdlet(VerbsCommon.Get, "ContainerVolume")]
[OutputType(typeof(ContainerVolume))]
public sealed class GetContainerVolumeCommand : ContainerCommand
{
    /// <summary>Volumes: names with wildcards; all if none is given.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(VolumeCompleter))]
    [IdentityOf]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Volume { get; set; } = [];

    /// <summary>Only volumes that no container uses; with -Dangling:$false only those that one does.</summary>
    [Parameter]
    public SwitchParameter Dangling { get; set; }

    /// <summary>Only volumes with all these labels: 'key', 'key=value', or a hashtable.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(VolumeLabelCompleter))]
    [PairsAsText]
    [ValidateNotNullOrEmpty]
    public string[] Label { get; set; } = [];

    /// <summary>Tells how many bytes each takes, which takes its time with large ones.</summary>
    [Parameter]
    public SwitchParameter Size { get; set; }

    private protected override void Process()
    {
        if (Volume.Length == 0)
            Write(Engine.Volumes.List(Size, Report));
        foreach (var pattern in Volume)
            ForItem(() => Write(Engine.Volumes.Find(pattern, Size, Report)));
    }

    private void Write(IReadOnlyList<ContainerVolume> volumes)
    {
        foreach (var volume in volumes)
        {
            if (Fits(volume))
                WriteObject(volume);
        }
    }

    private bool Fits(ContainerVolume volume)
    {
        if (MyInvocation.BoundParameters.ContainsKey(nameof(Dangling)) && Dangling != (volume.UsedBy.Count == 0))
            return false;
        return Label.All(label =>
        {
            var equals = label.IndexOf('=');
            return equals < 0 ? volume.Labels.ContainsKey(label) : volume.Labels.TryGetValue(label[..equals], out var value) && value == label[(equals + 1)..];
        });
    }

    private void Report(ContainerEngineException error) => WriteError(ErrorRecords.From(error));
}
