using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>Stop-Container: asks containers to end, and kills those that do not in time. As Kill-Container, or with -Force, it kills at once.</summary>
[Cmdlet(VerbsLifecycle.Stop, "Container", SupportsShouldProcess = true)]
[Alias("Kill-Container")]
[OutputType(typeof(Container))]
public sealed class StopContainerCommand : ContainerActionCommand
{
    /// <summary>Sends the signal (SIGKILL if none is given) and asks no more.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Signal to send in place of the container's own.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(SignalCompleter))]
    public string? Signal { get; set; }

    /// <summary>Time until it is killed, in place of the container's own: '10s', '1m30s', a TimeSpan, or a number of seconds.</summary>
    [Parameter]
    public object? Timeout { get; set; }

    private bool Kills => Force || MyInvocation.InvocationName.EndsWith("Kill-Container", StringComparison.OrdinalIgnoreCase);

    private protected override void Begin()
    {
        TextSetting.Signal(Signal, nameof(Signal));
        TextSetting.Time(Timeout, nameof(Timeout));
    }

    private protected override void ProcessContainer(Container container)
    {
        if (!ShouldProcess(container.Name, Kills ? $"Send {Signal ?? "SIGKILL"}" : "Stop"))
            return;
        if (!Kills)
            Engine.Containers.Stop(container.Id, Signal, TextSetting.Time(Timeout, nameof(Timeout)), Cancellation);
        else
            Kill(container);
        Pass(container);
    }

    // Nothing survives SIGKILL, so the end can be waited for; other signals may mean anything.
    private void Kill(Container container)
    {
        Engine.Containers.Kill(container.Id, Signal ?? "SIGKILL");
        if (Signal is null)
            Engine.Containers.Wait(container.Id, Cancellation);
    }
}
