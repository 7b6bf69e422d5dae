using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>Measure-Container: what running containers use of processors, memory, disks and network.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "Container")]
[OutputType(typeof(ContainerStatistics))]
public sealed class MeasureContainerCommand : ContainerCommand
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    private readonly List<string> _patterns = [];

    /// <summary>Containers: names with wildcards, ids or beginnings of ids; all that run if none is given.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Id", "Name")]
    [ArgumentCompleter(typeof(ContainerCompleter))]
    [IdentityOf]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Container { get; set; } = [];

    /// <summary>Measures again after each interval, until Ctrl+C or until none of the containers that were named runs any more.</summary>
    [Parameter]
    public SwitchParameter Follow { get; set; }

    /// <summary>Time over which the use of processors is measured: '500ms', '5s', a TimeSpan, or a number of seconds; 1 second if none is given.</summary>
    [Parameter]
    public object? Interval { get; set; }

    private protected override void Begin()
    {
        if (TextSetting.Time(Interval, nameof(Interval)) is { } interval && (interval < TimeSpan.FromMilliseconds(10) || interval > TimeSpan.FromDays(1)))
            throw new InvalidSettingException(nameof(Interval), Interval, $"Interval: '{Interval}' cannot be used. Give a time from 10ms to 24h.");
    }

    private protected override void Process() => _patterns.AddRange(Container);

    private protected override void End()
    {
        var interval = TextSetting.Time(Interval, nameof(Interval)) ?? s_interval;
        var meter = Engine.Meter();
        var containers = Find(first: true);
        meter.Measure(containers);
        do
        {
            Cancellation.WaitHandle.WaitOne(interval);
            Cancellation.ThrowIfCancellationRequested();
            if (Follow)
                containers = Find(first: false);
            foreach (var measured in meter.Measure(containers))
                WriteObject(measured);
        }
        while (Follow && (_patterns.Count == 0 || containers.Count > 0));
    }

    // What is wrong with a name is told at first; who has ended later is missing from then on.
    private List<Container> Find(bool first)
    {
        if (_patterns.Count == 0)
            return [.. Engine.Containers.List(Report).Where(IsRunning)];
        var found = new List<Container>();
        foreach (var pattern in _patterns)
        {
            try
            {
                foreach (var container in Engine.Containers.Find(pattern, Report))
                {
                    if (IsRunning(container))
                        found.Add(container);
                    else
                        Report(new InvalidContainerStateException(container.Name, $"The container '{container.Name}' is not running. Start-Container {container.Name} starts it."));
                }
            }
            catch (ContainerEngineException e)
            {
                Report(e);
            }
        }

        return [.. found.DistinctBy(static container => container.Id)];

        void Report(ContainerEngineException error)
        {
            if (first)
                WriteError(ErrorRecords.From(error));
        }
    }

    private static bool IsRunning(Container container) => container.State is ContainerState.Running or ContainerState.Paused or ContainerState.Restarting;
}
