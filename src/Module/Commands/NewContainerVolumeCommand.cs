using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>New-ContainerVolume: makes a volume, or gives the one of that name.</summary>
[Cmdlet(VerbsCommon.New, "ContainerVolume", SupportsShouldProcess = true)]
[OutputType(typeof(ContainerVolume))]
public sealed class NewContainerVolumeCommand : ContainerCommand
{
    /// <summary>Names; without one, an anonymous volume is made.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>What provides it: local.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(VolumeDriverCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Driver { get; set; }

    /// <summary>What the driver mounts: type, device and o as for mount(8), in a hashtable or as 'key=value' strings.</summary>
    [Parameter]
    [Alias("Opt")]
    public object[] Option { get; set; } = [];

    /// <summary>Metadata: a hashtable, or 'key=value' strings.</summary>
    [Parameter]
    public object[] Label { get; set; } = [];

    private protected override void Process()
    {
        var settings = new VolumeSettings { Driver = Driver, Options = PairSetting.Read(Option, nameof(Option)), Labels = LabelSetting.Read(Label, [], static path => path) };
        foreach (var name in Name.Length == 0 ? (string?[])[null] : Name)
            ForItem(() => Create(settings with { Name = name }));
    }

    private void Create(VolumeSettings settings)
    {
        if (ShouldProcess(settings.Name ?? "an anonymous volume", "Make volume"))
            WriteObject(Engine.Volumes.Create(settings));
    }
}
