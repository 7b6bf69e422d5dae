using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>Connect-Container: joins a container that runs, as if it had been started here.</summary>
[Cmdlet(VerbsCommunications.Connect, "Container")]
[Alias("Attach-Container")]
[OutputType(typeof(string))]
public sealed class ConnectContainerCommand : ContainerCommand
{
    private Container? _container;
    private ProgramSession? _session;

    /// <summary>The container: object, name, id or beginning of an id.</summary>
    [Parameter(Position = 0)]
    [Alias("Id", "Name")]
    [ArgumentCompleter(typeof(ContainerCompleter))]
    [IdentityOf]
    [ValidateNotNullOrEmpty]
    public string? Container { get; set; }

    /// <summary>The program's standard input, or the container.</summary>
    [Parameter(ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    public PSObject? InputObject { get; set; }

    /// <summary>Shows output only, and gives the program no input.</summary>
    [Parameter]
    public SwitchParameter NoStdin { get; set; }

    /// <summary>Keys that leave the terminal while the container goes on, such as 'ctrl-p,ctrl-q'.</summary>
    [Parameter]
    public string? DetachKeys { get; set; }

    /// <summary>Whether Ctrl+C is handed on to the program, as it is unless this is $false; where the program has a terminal, it is a key like any other.</summary>
    [Parameter]
    public bool SignalProxy { get; set; } = true;

    /// <summary>Leaves output as it is: it goes to the pipeline as byte arrays. Files from the pipeline are given to the program as their content.</summary>
    [Parameter]
    public SwitchParameter AsByteStream { get; set; }

    private protected override void Process()
    {
        if (Container is null && InputObject?.BaseObject is Container container)
        {
            Connect(container, fed: false);
            Finish();
        }
        else if (MyInvocation.ExpectingInput)
        {
            if (_session is null)
                Connect(Named(), fed: true);
            _session!.Feed(InputObject, Cancellation);
        }
    }

    private protected override void End()
    {
        if (_container is null)
            Connect(Named(), fed: false);
        if (_session is not null)
            Finish();
    }

    private protected override void Dispose(bool disposing)
    {
        _session?.Dispose();
        base.Dispose(disposing);
    }

    private Container Named() => Container is null
        ? throw new InvalidSettingException(nameof(Container), null, "Which container? Write its name, as in 'Connect-Container web'; Get-Container lists those there are.")
        : Engine.Containers.Get(Container);

    private void Connect(Container container, bool fed)
    {
        if (container.State == ContainerState.Paused)
            throw new InvalidContainerStateException(container.Name, $"The container '{container.Name}' is paused, and would say nothing. Resume-Container {container.Name} lets it go on.");
        if (fed && (NoStdin || !container.Interactive))
            throw new InvalidSettingException(nameof(InputObject), null, $"The container '{container.Name}' is not given the pipeline's input: {(NoStdin ? "leave out -NoStdin." : "it was created without -Interactive.")}");
        var input = container.Interactive && !NoStdin;
        var options = new SessionOptions
        {
            Cmdlet = this,
            Input = SessionOptions.InputOf(this, input, container.Tty, fed, "Add -NoStdin, or give it input from the pipeline."),
            DetachKeys = Engine.DetachKeys(DetachKeys),
            AsBytes = AsByteStream,
            Redraw = true,
        };
        _container = container;
        _session = new ProgramSession(Engine.Containers.Attach(container.Id, input, Cancellation), options);
    }

    private void Finish()
    {
        var session = _session!;
        AttachedRun.Finish(this, session, _container!, SignalProxy, Cancellation);
        _session = null;
    }
}
