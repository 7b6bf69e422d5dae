using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>Restart-Container: stops containers that run, and starts them. With -All -Policy it starts those that their restart policy wants to run, as after a reboot.</summary>
[Cmdlet(VerbsLifecycle.Restart, "Container", SupportsShouldProcess = true, DefaultParameterSetName = "Container")]
[OutputType(typeof(Container))]
public sealed class RestartContainerCommand : ContainerCommand
{
    /// <summary>Containers: objects, names with wildcards, ids or beginnings of ids.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "Container")]
    [Alias("Id", "Name")]
    [ArgumentCompleter(typeof(ContainerCompleter))]
    [IdentityOf]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Container { get; set; } = [];

    /// <summary>All containers that run.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "All")]
    public SwitchParameter All { get; set; }

    /// <summary>Those that do not run although their restart policy wants that, in place of those that run: after the machine was started.</summary>
    [Parameter(ParameterSetName = "All")]
    public SwitchParameter Policy { get; set; }

    /// <summary>Signal to send in place of the container's own.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(SignalCompleter))]
    public string? Signal { get; set; }

    /// <summary>Time until it is killed, in place of the container's own: '10s', '1m30s', a TimeSpan, or a number of seconds.</summary>
    [Parameter]
    public object? Timeout { get; set; }

    /// <summary>Returns the containers as they are afterwards.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Begin()
    {
        TextSetting.Signal(Signal, nameof(Signal));
        TextSetting.Time(Timeout, nameof(Timeout));
    }

    private protected override void Process()
    {
        if (All)
        {
            foreach (var container in Policy ? Recovered() : Running())
                ForItem(() => Restart(container));
            return;
        }

        foreach (var pattern in Container)
        {
            ForItem(() =>
            {
                foreach (var container in Engine.Containers.Find(pattern, ReportDamaged))
                    ForItem(() => Restart(container));
            });
        }
    }

    private IEnumerable<Container> Running() => Engine.Containers.List(ReportDamaged).Where(container => container.State is ContainerState.Running or ContainerState.Paused);

    private IReadOnlyList<Container> Recovered()
    {
        Engine.Containers.Recover();
        return Engine.Containers.WantedByPolicy();
    }

    private void Restart(Container container)
    {
        if (!ShouldProcess(container.Name, Policy ? "Start" : "Restart"))
            return;
        TellForwarding(container.Id);
        var restarted = Policy ? Engine.Containers.Start(container.Id, Cancellation) : Engine.Containers.Restart(container.Id, Signal, TextSetting.Time(Timeout, nameof(Timeout)), Cancellation);
        if (PassThru)
            WriteObject(restarted);
    }
}
