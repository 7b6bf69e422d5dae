using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>Get-ContainerLog: what containers have written.</summary>
[Cmdlet(VerbsCommon.Get, "ContainerLog")]
[OutputType(typeof(ContainerLogLine))]
public sealed class GetContainerLogCommand : ContainerItemCommand
{
    private const string TimestampView = "ContainerPS.ContainerLogLine#Timestamp";

    private LogOptions _options = new();

    /// <summary>Waits for further lines until the container ends.</summary>
    [Parameter]
    public SwitchParameter Follow { get; set; }

    /// <summary>Only so many of the last lines.</summary>
    [Parameter]
    [Alias("n")]
    [ValidateRange(0, int.MaxValue)]
    public int? Tail { get; set; }

    /// <summary>Only what was written at this time or later: a date and time, or how long ago ('10m').</summary>
    [Parameter]
    public object? Since { get; set; }

    /// <summary>Only what was written before this time.</summary>
    [Parameter]
    public object? Until { get; set; }

    /// <summary>Shows each line's time before it.</summary>
    [Parameter]
    [Alias("t")]
    public SwitchParameter Timestamp { get; set; }

    private protected override void Begin() => _options = new LogOptions
    {
        Follow = Follow,
        Tail = Tail,
        Since = TextSetting.PointInTime(Since, nameof(Since)),
        Until = TextSetting.PointInTime(Until, nameof(Until)),
    };

    private protected override void ProcessContainer(Container container)
    {
        foreach (var line in Engine.Containers.ReadLog(container.Id, _options, Cancellation))
        {
            var output = PSObject.AsPSObject(line);
            if (Timestamp)
                output.TypeNames.Insert(0, TimestampView);
            WriteObject(output);
        }
    }
}
