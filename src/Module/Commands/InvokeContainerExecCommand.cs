using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>Invoke-ContainerExec: runs a program in a container that runs; its output is the command's.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "ContainerExec", SupportsShouldProcess = true)]
[Alias("Exec-Container")]
[OutputType(typeof(string), typeof(ContainerResult))]
public sealed class InvokeContainerExecCommand : ProgramCommand
{
    private Container? _container;
    private ProgramSession? _session;
    private FileStream? _outFile;
    private bool _done;

    /// <summary>The container: object, name, id or beginning of an id.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(ContainerCompleter))]
    [IdentityOf]
    [ValidateNotNullOrEmpty]
    public string? Container { get; set; }

    /// <summary>Environment: a hashtable, or 'NAME=value' strings.</summary>
    [Parameter]
    public object[] Environment { get; set; } = [];

    /// <summary>Files with NAME=value lines.</summary>
    [Parameter]
    public string[] EnvironmentFile { get; set; } = [];

    /// <summary>Working directory inside.</summary>
    [Parameter]
    public string? WorkingDirectory { get; set; }

    /// <summary>User as user[:group], names or numbers.</summary>
    [Parameter]
    public string? User { get; set; }

    /// <summary>All capabilities, nothing filtered.</summary>
    [Parameter]
    public SwitchParameter Privileged { get; set; }

    /// <summary>Keeps standard input open.</summary>
    [Parameter]
    public SwitchParameter Interactive { get; set; }

    /// <summary>A terminal.</summary>
    [Parameter]
    public SwitchParameter Tty { get; set; }

    /// <summary>Returns when the program runs, which goes on by itself; its output is not kept.</summary>
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

    /// <summary>Keys that leave the terminal while the program goes on, such as 'ctrl-p,ctrl-q'.</summary>
    [Parameter]
    public string? DetachKeys { get; set; }

    private protected override string SubjectName => nameof(Container);

    private protected override void Process()
    {
        if (InputObject?.BaseObject is Container container)
        {
            ForItem(() => RunOne(container.Id));
            _done = true;
            return;
        }

        if (!MyInvocation.ExpectingInput || _done)
            return;
        if (_session is null)
            StartFed();
        _session?.Feed(InputObject, Cancellation);
    }

    private protected override void End()
    {
        if (_session is not null)
            Finish();
        else if (!_done)
            RunOne(null);
    }

    private protected override bool? LetterTakesValue(string letter) => letter switch
    {
        "e" or "u" or "w" => true,
        "d" or "i" or "t" or "it" => false,
        _ => null,
    };

    private protected override void SetLetter(string letter, object? value)
    {
        switch (letter)
        {
            case "e": Environment = [.. Environment, value!]; break;
            case "u": User = value!.ToString(); break;
            case "w": WorkingDirectory = value!.ToString(); break;
            case "d": Detach = value is not false; break;
            case "i": Interactive = value is not false; break;
            case "t": Tty = value is not false; break;
            case "it": Interactive = Tty = true; break;
            default: throw new ArgumentOutOfRangeException(nameof(letter), letter, null);
        }
    }

    private protected override void Dispose(bool disposing)
    {
        _session?.Dispose();
        _outFile?.Dispose();
        base.Dispose(disposing);
    }

    private void StartFed()
    {
        ReadCommandLine(subjectGiven: false);
        if (!Interactive)
            throw new InvalidSettingException(nameof(InputObject), null, "The program is not given the pipeline's input. Add -Interactive.");
        Start(null, fed: true);
    }

    private void RunOne(string? containerFromPipeline)
    {
        Start(containerFromPipeline, fed: false);
        if (_session is not null)
            Finish();
    }

    private void Start(string? containerFromPipeline, bool fed)
    {
        var line = ReadCommandLine(containerFromPipeline is not null);
        var name = containerFromPipeline ?? line.Subject?.ToString();
        if (string.IsNullOrEmpty(name))
            throw new InvalidSettingException(nameof(Container), null, "Which container? Write its name, as in 'Invoke-ContainerExec web uname -r'; Get-Container lists those there are.");
        if (line.Program.Count == 0)
            throw new InvalidSettingException(nameof(Command), null, $"Which program? Write it after the container, as in 'Invoke-ContainerExec {name} uname -r'.");

        var settings = new ExecSettings
        {
            Command = line.Program,
            Environment = EnvironmentSetting.Read(Environment, EnvironmentFile, path => GetUnresolvedProviderPathFromPSPath(path)),
            WorkingDirectory = WorkingDirectory,
            User = User,
            Privileged = Privileged,
            Interactive = Interactive,
            Tty = Tty,
            TerminalSize = SessionOptions.TerminalSize,
        };
        if (Detach && (Interactive || Tty || PassThru || AsByteStream || OutFile is not null))
            throw new InvalidSettingException(nameof(Detach), null, "Detach: nobody sees what the program writes, nor gives it input. Leave -Interactive, -Tty, -PassThru, -AsByteStream and -OutFile out.");
        var options = Detach ? null : new SessionOptions
        {
            Cmdlet = this,
            Input = SessionOptions.InputOf(this, Interactive, Tty, fed),
            DetachKeys = Engine.DetachKeys(DetachKeys),
            Collect = SessionOptions.Collects(PassThru, AsByteStream),
            AsBytes = AsByteStream,
        };
        _container = Engine.Containers.Get(name);
        if (!SkipsConfirmation && !ShouldProcess(_container.Name, $"Run '{line.Program[0]}'"))
        {
            _done = true;
            return;
        }

        try
        {
            if (options is null)
            {
                Engine.Containers.ExecDetached(_container.Id, settings, Cancellation);
                _done = true;
                ProgramExit.SetLastExitCode(this, 0);
                return;
            }

            options = options with { OutFile = _outFile = SessionOptions.OpenOutFile(this, OutFile) };
            _session = new ProgramSession(Engine.Containers.Exec(_container.Id, settings, Cancellation), options);
        }
        catch (ProgramStartException e)
        {
            ProgramExit.SetLastExitCode(this, e.ExitCode);
            throw;
        }
    }

    // When the command is stopped the session is disposed of, and with it the program.
    private void Finish()
    {
        var session = _session!;
        var exitCode = session.Finish(Cancellation) ?? 0;
        if (PassThru)
            WriteObject(session.Result(Engine.Containers.Get(_container!.Id), exitCode));
        session.Dispose();
        _session = null;
        ProgramExit.Report(this, ReadCommandLine(subjectGiven: false).Program[0], exitCode);
    }
}
