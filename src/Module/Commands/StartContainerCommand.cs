using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>Start-Container: starts containers that do not run.</summary>
[Cmdlet(VerbsLifecycle.Start, "Container", SupportsShouldProcess = true)]
[OutputType(typeof(Container), typeof(string))]
public sealed class StartContainerCommand : ContainerActionCommand
{
    private bool _attached;

    /// <summary>Stays with the container until it ends: its output is the command's.</summary>
    [Parameter]
    [Alias("a")]
    public SwitchParameter Attach { get; set; }

    /// <summary>Stays with it, and gives it what is typed.</summary>
    [Parameter]
    [Alias("i", "ai", "ia")]
    public SwitchParameter Interactive { get; set; }

    /// <summary>Leaves output as it is: it goes to the pipeline as byte arrays.</summary>
    [Parameter]
    public SwitchParameter AsByteStream { get; set; }

    /// <summary>Keys that leave the terminal while the container goes on, such as 'ctrl-p,ctrl-q'.</summary>
    [Parameter]
    public string? DetachKeys { get; set; }

    private protected override void ProcessContainer(Container container)
    {
        if (!ShouldProcess(container.Name, "Start"))
            return;
        TellForwarding(container.Id);
        if (Attach || Interactive)
        {
            StartAttached(container);
            return;
        }

        var started = Engine.Containers.Start(container.Id, Cancellation);
        if (PassThru)
            WriteObject(started);
    }

    private void StartAttached(Container container)
    {
        if (_attached || Container.Length > 1 || WildcardPattern.ContainsWildcardCharacters(Container[0]))
            throw new InvalidSettingException(nameof(Attach), container.Name, "-Attach stays with one container. Name one, or leave out -Attach and -Interactive; Get-ContainerLog -Follow shows the output of several.");
        _attached = true;

        // As with docker start: input is for a container that was created to take some.
        var input = Interactive && container.Interactive;
        var options = new SessionOptions
        {
            Cmdlet = this,
            Input = SessionOptions.InputOf(this, input, container.Tty, fed: false, "Leave out -Interactive."),
            DetachKeys = Engine.DetachKeys(DetachKeys),
            Collect = false,
            AsBytes = AsByteStream,
        };
        using var session = new ProgramSession(Engine.Containers.StartAttached(container.Id, input, Cancellation, SessionOptions.TerminalSize), options);
        AttachedRun.Finish(this, session, container, signalProxy: true, Cancellation);
        Pass(container);
    }
}
