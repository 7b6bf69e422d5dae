using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>Invoke-Container: creates a container and runs it; its output is the command's.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "Container", SupportsShouldProcess = true)]
[Alias("Run-Container")]
[OutputType(typeof(string), typeof(ContainerResult), typeof(Container))]
public sealed class InvokeContainerCommand : SettingsCommand
{
    private static readonly TimeSpan s_interruptPatience = TimeSpan.FromSeconds(1);

    private Container? _container;
    private ProgramSession? _session;
    private FileStream? _outFile;
    private bool _declined;

    /// <summary>Returns the container at once and lets it run.</summary>
    [Parameter]
    public SwitchParameter Detach { get; set; }

    /// <summary>Returns a ContainerResult in place of the lines.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Leaves output as it is: it goes to the pipeline as byte arrays. Files from the pipeline are given to the program as their content.</summary>
    [Parameter]
    public SwitchParameter AsByteStream { get; set; }

    /// <summary>File that standard output is written to, as it is, in place of the pipeline; what it held is gone. Nothing is faster.</summary>
    [Parameter]
    public string? OutFile { get; set; }

    /// <summary>Keys that leave the terminal while the container goes on, such as 'ctrl-p,ctrl-q'.</summary>
    [Parameter]
    public string? DetachKeys { get; set; }

    private protected override void Process()
    {
        var input = InputObject is null ? null : IdentityOfAttribute.Identity(InputObject);
        if (InputObject?.BaseObject is Image image)
        {
            RunOne(image.Name);
            return;
        }

        if (!MyInvocation.ExpectingInput)
            return;
        if (_session is null && !_declined)
            StartFed();
        if (_session is not null)
            Guarded(() => _session.Feed(input, Cancellation));
    }

    private protected override void End()
    {
        if (_session is not null)
            Finish();
        else if (!_declined && _container is null)
            RunOne(null);
    }

    private protected override bool? LetterTakesValue(string letter) => letter is "d" or "dit" ? false : base.LetterTakesValue(letter);

    private protected override void SetLetter(string letter, object? value)
    {
        if (letter is "d" or "dit")
            Detach = value is not false;
        if (letter is "dit")
            Interactive = Tty = true;
        else if (letter is not "d")
            base.SetLetter(letter, value);
    }

    private protected override void Dispose(bool disposing)
    {
        _session?.Dispose();
        _outFile?.Dispose();
        base.Dispose(disposing);
    }

    // Input for a program that does not ask for it is refused before anything is created.
    private void StartFed()
    {
        ReadCommandLine(subjectGiven: false);
        if (!Interactive || Detach)
            throw new InvalidSettingException(nameof(InputObject), null, "The program is not given the pipeline's input. Add -Interactive, and leave -Detach out.");
        Start(null, fed: true);
    }

    private void RunOne(string? imageFromPipeline)
    {
        Start(imageFromPipeline, fed: false);
        if (_session is not null)
            Finish();
    }

    private void Start(string? imageFromPipeline, bool fed)
    {
        var settings = ReadSettings(imageFromPipeline);
        var options = Detach ? null : SessionOptionsFor(fed);
        if (!SkipsConfirmation && !ShouldProcess(settings.Image, "Run a container"))
        {
            _declined = true;
            return;
        }

        if (options is not null)
            options = options with { OutFile = _outFile = SessionOptions.OpenOutFile(this, OutFile) };
        ProvideImage(settings);
        _container = Engine.Containers.Create(settings);
        TellForwarding(_container.Id);
        try
        {
            if (options is null)
                WriteObject(Engine.Containers.Start(_container.Id, Cancellation));
            else
                _session = new ProgramSession(Engine.Containers.StartAttached(_container.Id, Interactive, Cancellation, SessionOptions.TerminalSize), options);
        }
        catch (ProgramStartException e)
        {
            ProgramExit.SetLastExitCode(this, e.ExitCode);
            RemoveUnstarted();
            throw;
        }
        catch (ContainerEngineException)
        {
            RemoveUnstarted();
            throw;
        }
    }

    private SessionOptions SessionOptionsFor(bool fed) => new()
    {
        Cmdlet = this,
        Input = SessionOptions.InputOf(this, Interactive, Tty, fed),
        DetachKeys = Engine.DetachKeys(DetachKeys),
        Collect = SessionOptions.Collects(PassThru, AsByteStream),
        AsBytes = AsByteStream,
    };

    private void Finish()
    {
        var session = _session!;
        int? exitCode = null;
        Guarded(() => exitCode = session.Finish(Cancellation));
        if (PassThru && exitCode is { } code)
            WriteObject(session.Result(Afterwards(), code));
        session.Dispose();
        _session = null;
        ProgramExit.Report(this, _container!.Command.FirstOrDefault() ?? _container.Image, exitCode ?? 0);
    }

    // With -Remove there is nothing left to ask for.
    private Container Afterwards()
    {
        try
        {
            return Engine.Containers.Get(_container!.Id);
        }
        catch (ContainerNotFoundException)
        {
            return _container!;
        }
    }

    private void RemoveUnstarted()
    {
        if (!Remove)
            return;
        try
        {
            Engine.Containers.Remove(_container!.Id, force: true, CancellationToken.None);
        }
        catch (ContainerNotFoundException)
        {
            // The engine has been quicker.
        }
    }

    // After Ctrl+C the program has a moment to end by itself, then the container is stopped. When the rest of the pipeline wants no more
    // (Select-Object -First), it is killed, as PowerShell does with native commands.
    private void Guarded(Action action)
    {
        try
        {
            action();
        }
        catch (ContainerEngineException)
        {
            throw;
        }
        catch (Exception)
        {
            End(politely: Cancellation.IsCancellationRequested);
            throw;
        }
    }

    private void End(bool politely)
    {
        // Let go of its output first: nobody reads it any more, and the container's monitor must not wait for that.
        _session?.Dispose();
        _session = null;
        try
        {
            Engine.Containers.Kill(_container!.Id, politely ? "SIGINT" : "SIGKILL");
            using var patience = new CancellationTokenSource(s_interruptPatience);
            Engine.Containers.Wait(_container.Id, patience.Token);
        }
        catch (OperationCanceledException)
        {
            Engine.Containers.Stop(_container!.Id, null, null, CancellationToken.None);
        }
        catch (ContainerEngineException)
        {
            // It has ended already.
        }
    }
}
