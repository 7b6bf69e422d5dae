using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;

namespace ContainerPS.TestHost;

/// <summary>One runspace on the console: runs the script, the command or the prompt that the command line asks for.</summary>
internal sealed class ConsoleHost : PSHost, IHostSupportsInteractiveSession, IDisposable
{
    private readonly CommandLine _line;
    private readonly ConsoleUserInterface _ui;
    private readonly PipelineRunner _runner;
    private int? _exitCode;
    private int _nestedPrompts;
    private bool _leavePrompt;

    public ConsoleHost(CommandLine line)
    {
        _line = line;
        _ui = new ConsoleUserInterface(line.NonInteractive);
        Runspace = RunspaceFactory.CreateRunspace(this, InitialSessionState.CreateDefault2());
        Runspace.ThreadOptions = PSThreadOptions.ReuseThread;
        _runner = new PipelineRunner(Runspace, _ui);
    }

    public override string Name => "ConsoleHost";

    public override Version Version => PSVersionInfo.PSVersion;

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override PSHostUserInterface UI => _ui;

    public override CultureInfo CurrentCulture { get; } = CultureInfo.CurrentCulture;

    public override CultureInfo CurrentUICulture { get; } = CultureInfo.CurrentUICulture;

    public Runspace Runspace { get; }

    public bool IsRunspacePushed => false;

    public override PSObject PrivateData { get; } = new PSObject();

    /// <summary>True once a prompt, nested or not, is to return.</summary>
    internal bool IsLeavingPrompt => _leavePrompt || (_exitCode is not null && _nestedPrompts <= 1);

    public int Run()
    {
        Console.CancelKeyPress += OnCancelKey;
        try
        {
            Runspace.Open();
            // Without a primary runspace the engine's events and script block callbacks have no home.
            Runspace.PrimaryRunspace = Runspace;
            Runspace.SessionStateProxy.SetVariable("PROFILE", HostUtilities.GetDollarProfile(Profile(false, false), Profile(false, true), Profile(true, false), Profile(true, true)));
            if (_line.WorkingDirectory is { } folder)
                _runner.Run(new Command("Set-Location") { Parameters = { { "LiteralPath", folder } } });
            return RunRequest();
        }
        finally
        {
            Console.CancelKeyPress -= OnCancelKey;
        }
    }

    public override void SetShouldExit(int exitCode) => _exitCode ??= exitCode;

    public override void EnterNestedPrompt()
    {
        _nestedPrompts++;
        try
        {
            new PromptLoop(this, _runner.Nested(), _ui).Run();
        }
        finally
        {
            _nestedPrompts--;
            _leavePrompt = false;
        }
    }

    public override void ExitNestedPrompt() => _leavePrompt = _nestedPrompts > 0;

    public override void NotifyBeginApplication() => _ui.ClearProgress();

    public override void NotifyEndApplication()
    {
    }

    public void PushRunspace(Runspace runspace) => throw new PSNotSupportedException("This host has no remote sessions.");

    public void PopRunspace()
    {
    }

    public void Dispose() => Runspace.Dispose();

    private int RunRequest()
    {
        Exception? failure = null;
        if (_line.File is { } file)
        {
            failure = RunFile(file);
            if (failure is not null)
                _exitCode ??= 1;
        }
        else if (_line.Command is { } command)
        {
            Ast ast = Parser.ParseInput(command, out _, out _);
            failure = _runner.Run(new Command(command, isScript: true, useLocalScope: false), readInput: UsesInput(ast), addToHistory: true);
        }
        else if (_line.ReadCommandsFromInput || Console.IsInputRedirected)
        {
            failure = RunPipedCommands();
        }

        if (_line.NoExit || IsPlainPrompt())
            new PromptLoop(this, _runner, _ui).Run();

        return _exitCode ?? (failure is null && _runner.LastSucceeded() ? 0 : 1);
    }

    private static string Profile(bool currentUser, bool currentHost) =>
        HostUtilities.GetFullProfileFileName(currentHost ? "Microsoft.PowerShell" : null, currentUser);

    private bool IsPlainPrompt() =>
        _line.File is null && _line.Command is null && !_line.ReadCommandsFromInput && !Console.IsInputRedirected;

    private Exception? RunFile(string file)
    {
        Command command = file.EndsWith(".ps1", StringComparison.OrdinalIgnoreCase)
            ? new Command(file, isScript: false, useLocalScope: false)
            : new Command(File.ReadAllText(file), isScript: true, useLocalScope: false);
        foreach (CommandParameter argument in _line.Arguments)
            command.Parameters.Add(argument);

        // `exit N` in the script is then the process's exit code instead of merely $LASTEXITCODE.
        Runspace.ExecutionContext.ScriptCommandProcessorShouldRethrowExit = !_line.NoExit;
        return _runner.Run(command, readInput: UsesInput(Parser.ParseFile(file, out _, out _)));
    }

    /// <summary>Commands come line by line from standard input; a statement ends where it parses as complete.</summary>
    private Exception? RunPipedCommands()
    {
        Exception? failure = null;
        var pending = new System.Text.StringBuilder();
        while (_exitCode is null && Console.In.ReadLine() is { } text)
        {
            pending.AppendLine(text);
            Parser.ParseInput(pending.ToString(), out _, out ParseError[] errors);
            if (errors.Any(error => error.IncompleteInput))
                continue;
            failure = _runner.Run(new Command(pending.ToString(), isScript: true, useLocalScope: false));
            pending.Clear();
        }

        if (pending.Length > 0 && _exitCode is null)
            failure = _runner.Run(new Command(pending.ToString(), isScript: true, useLocalScope: false));
        return failure;
    }

    private static bool UsesInput(Ast ast) =>
        Console.IsInputRedirected
        && ast.Find(node => node is VariableExpressionAst { VariablePath.UserPath: var name } && name.Equals("input", StringComparison.OrdinalIgnoreCase), searchNestedScriptBlocks: true) is not null;

    private void OnCancelKey(object? sender, ConsoleCancelEventArgs args)
    {
        // The process lives on; what runs in it is stopped, and only that.
        args.Cancel = true;
        _runner.Stop();
    }
}
