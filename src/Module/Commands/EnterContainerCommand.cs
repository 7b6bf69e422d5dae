using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>Enter-Container: a shell in a container that runs, at this terminal.</summary>
[Cmdlet(VerbsCommon.Enter, "Container", SupportsShouldProcess = true)]
public sealed class EnterContainerCommand : ContainerCommand
{
    /// <summary>The container: object, name, id or beginning of an id.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Id", "Name")]
    [ArgumentCompleter(typeof(ContainerCompleter))]
    [IdentityOf]
    [ValidateNotNullOrEmpty]
    public string Container { get; set; } = "";

    /// <summary>The shell. When none is given, that of the user in the container's /etc/passwd, bash, or sh: the first that is there.</summary>
    [Parameter(Position = 1)]
    public string? Shell { get; set; }

    /// <summary>Environment: a hashtable, or 'NAME=value' strings.</summary>
    [Parameter]
    [Alias("e")]
    public object[] Environment { get; set; } = [];

    /// <summary>Files with NAME=value lines.</summary>
    [Parameter]
    public string[] EnvironmentFile { get; set; } = [];

    /// <summary>Working directory inside.</summary>
    [Parameter]
    [Alias("w")]
    public string? WorkingDirectory { get; set; }

    /// <summary>User as user[:group], names or numbers.</summary>
    [Parameter]
    [Alias("u")]
    public string? User { get; set; }

    /// <summary>All capabilities, nothing filtered.</summary>
    [Parameter]
    public SwitchParameter Privileged { get; set; }

    /// <summary>Keys that leave the terminal while the program goes on, such as 'ctrl-p,ctrl-q'.</summary>
    [Parameter]
    public string? DetachKeys { get; set; }

    private protected override void Process()
    {
        var options = new SessionOptions
        {
            Cmdlet = this,
            Input = SessionOptions.InputOf(this, interactive: true, tty: true, fed: false, "Use Invoke-ContainerExec there."),
            DetachKeys = Engine.DetachKeys(DetachKeys),
        };
        var container = Engine.Containers.Get(Container);
        if (!ShouldProcess(container.Name, "Enter"))
            return;
        IReadOnlyList<string> shells = Shell is null ? Engine.Containers.ShellsFor(container.Id, User) : [Shell];
        var (process, shell) = Start(container, shells);
        using var session = new ProgramSession(process, options);
        var exitCode = session.Finish(Cancellation) ?? 0;
        session.Dispose();
        ProgramExit.Report(this, shell, exitCode);
    }

    // The first of them that the container has.
    private (AttachedProcess Process, string Shell) Start(Container container, IReadOnlyList<string> shells)
    {
        var environment = EnvironmentSetting.Read(Environment, EnvironmentFile, path => GetUnresolvedProviderPathFromPSPath(path));
        foreach (var shell in shells)
        {
            var settings = new ExecSettings
            {
                Command = [shell],
                Environment = environment,
                WorkingDirectory = WorkingDirectory,
                User = User,
                Privileged = Privileged,
                Interactive = true,
                Tty = true,
                TerminalSize = SessionOptions.TerminalSize,
            };
            try
            {
                return (Engine.Containers.Exec(container.Id, settings, Cancellation), shell);
            }
            catch (ProgramStartException e)
            {
                ProgramExit.SetLastExitCode(this, e.ExitCode);
                if (shells.Count == 1)
                    throw;
            }
        }

        throw new ContainerEngineException("ShellNotFound", ErrorKind.NotFound, $"The container '{container.Name}' has no shell: none of {string.Join(", ", shells.Select(s => $"'{s}'"))} can be run in it. Name one with -Shell, or use Invoke-ContainerExec with a program that it has.", container.Name);
    }
}
