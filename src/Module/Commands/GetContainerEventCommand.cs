using System.Management.Automation;
using ContainerPS.Engine.Events;

namespace ContainerPS.Module;

/// <summary>Get-ContainerEvent: what has happened to containers, images, volumes and networks.</summary>
[Cmdlet(VerbsCommon.Get, "ContainerEvent")]
[OutputType(typeof(ContainerEvent))]
public sealed class GetContainerEventCommand : ContainerCommand
{
    private readonly List<string> _containers = [];

    /// <summary>Only about these containers, which may be gone by now: objects, names with wildcards, ids or beginnings of ids.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Id", "Name")]
    [ArgumentCompleter(typeof(ContainerCompleter))]
    [IdentityOf]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Container { get; set; } = [];

    /// <summary>Only about these sorts of things.</summary>
    [Parameter]
    public ContainerEventType[] Type { get; set; } = [];

    /// <summary>Only these actions, such as create, start, die or pull.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(EventActionCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Action { get; set; } = [];

    /// <summary>Only what happened at this time or later: a date and time, or how long ago ('10m').</summary>
    [Parameter]
    public object? Since { get; set; }

    /// <summary>Only what happened before this time; -Follow ends then.</summary>
    [Parameter]
    public object? Until { get; set; }

    /// <summary>Waits for further events until Ctrl+C. Without -Since it gives only those from now on.</summary>
    [Parameter]
    public SwitchParameter Follow { get; set; }

    private protected override void Process() => _containers.AddRange(Container);

    private protected override void End()
    {
        var query = new EventQuery
        {
            Follow = Follow,
            Since = TextSetting.PointInTime(Since, nameof(Since)),
            Until = TextSetting.PointInTime(Until, nameof(Until)),
            Types = Type,
            Actions = Action,
            Containers = _containers,
        };
        foreach (var happened in Engine.Events.Read(query, Cancellation))
            WriteObject(happened);
    }
}
