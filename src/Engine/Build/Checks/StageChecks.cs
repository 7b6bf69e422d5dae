namespace ContainerPS.Engine.Build;

/// <summary>Checks of what stages do, instruction by instruction, with the variables that are set there.</summary>
internal sealed class StageChecks
{
    private readonly Dockerfile _dockerfile;
    private readonly CheckContext _context;
    private readonly CheckReport _report;
    private readonly VariableTable _global;
    private readonly Dictionary<string, Instruction> _once = [];
    private StageState _state = StageState.Of(BaseImage.Scratch, "scratch");

    private StageChecks(Dockerfile dockerfile, CheckContext context, CheckReport report)
    {
        (_dockerfile, _context, _report) = (dockerfile, context, report);
        _global = BuildArguments.Global(dockerfile, FromChecks.PlatformOf(dockerfile, context), context.Arguments);
    }

    /// <summary>Runs them.</summary>
    /// <param name="dockerfile">The Dockerfile.</param>
    /// <param name="context">What it is checked with.</param>
    /// <param name="bases">The stages' FROM instructions with variables put in.</param>
    /// <param name="report">Where warnings go.</param>
    /// <exception cref="DockerfileException">A build would fail.</exception>
    internal static void Run(Dockerfile dockerfile, CheckContext context, IReadOnlyList<FromInstruction> bases, CheckReport report)
    {
        var checks = new StageChecks(dockerfile, context, report);
        var byName = new Dictionary<string, StageState>();
        foreach (var stage in dockerfile.Stages)
        {
            var image = bases[stage.Index].Image;
            checks.RunStage(stage, byName.TryGetValue(image, out var below) ? StageState.On(below) : StageState.Of(image == "scratch" ? BaseImage.Scratch : context.FindImage(image), image));
            if (stage.Name is not null)
                byName[stage.Name] = checks._state;
        }
    }

    private char Escape => _dockerfile.Directives.Escape;

    private void RunStage(Stage stage, StageState state)
    {
        _state = state;
        _once.Clear();
        List<string> triggers = [.. state.Triggers];
        state.Triggers.Clear();
        foreach (var trigger in triggers)
            Guard(Dockerfile.ParseInstruction(trigger, stage.Location));
        foreach (var instruction in stage.Instructions)
            Guard(instruction);
    }

    // Where variables are not known, what they would lead to is not known, either.
    private void Guard(Instruction instruction)
    {
        try
        {
            Check(instruction);
        }
        catch (DockerfileException) when (_state.UnknownImage is not null)
        {
        }
    }

    private void Check(Instruction written)
    {
        if (written is ArgInstruction arguments)
        {
            CheckArguments(arguments);
            return;
        }

        var (instruction, _, undefined) = Expander.Expand(written, _state.Variables, Escape);
        if (instruction is not ExposeInstruction)
            ReportUndefined(instruction, undefined);
        switch (instruction)
        {
            case EnvInstruction env:
                CheckPairs(env, env.Variables);
                CheckEnvironment(env);
                break;
            case LabelInstruction label:
                CheckPairs(label, label.Labels);
                break;
            case CmdInstruction cmd:
                CheckCommand(cmd, cmd.Command);
                break;
            case EntrypointInstruction entrypoint:
                CheckCommand(entrypoint, entrypoint.Command);
                break;
            case HealthCheckInstruction:
                CheckOnce(instruction);
                break;
            case ShellInstruction:
                _state.HasShell = true;
                break;
            case WorkdirInstruction workdir:
                if (!_state.HasWorkdir && !workdir.Path.StartsWith('/'))
                    _report.Add(CheckRules.WorkdirRelativePath, workdir, $"The path '{workdir.Path}' is relative, and no WORKDIR before it is absolute.");
                _state.HasWorkdir = true;
                break;
            case ExposeInstruction expose:
                CheckPorts(expose);
                break;
            case FileInstruction files when files is not CopyInstruction { From: not null }:
                CheckSources(files);
                break;
            case OnBuildInstruction trigger:
                _state.Triggers.Add(trigger.Trigger);
                break;
        }
    }

    private void CheckArguments(ArgInstruction instruction)
    {
        foreach (var argument in instruction.Arguments)
        {
            if (SecretNames.IsSecret(argument.Name))
                _report.Add(CheckRules.SecretsUsedInArgOrEnv, instruction, $"The name of ARG '{argument.Name}' is that of a secret.");
        }

        var (declared, _, undefined) = BuildArguments.Declare(instruction, _state.Variables, _global, _context.Arguments, Escape);
        ReportUndefined(instruction, undefined);
        foreach (var argument in declared)
            _state.Declared.Add(argument.Name);
    }

    private void CheckEnvironment(EnvInstruction env)
    {
        foreach (var (name, value, _) in env.Variables)
        {
            if (SecretNames.IsSecret(name))
                _report.Add(CheckRules.SecretsUsedInArgOrEnv, env, $"The name of ENV '{name}' is that of a secret.");
            _state.Variables.Set(name, value, env.Location);
        }
    }

    private void CheckPairs(Instruction instruction, IReadOnlyList<KeyValue> pairs)
    {
        if (pairs is [{ IsLegacy: true }])
            _report.Add(CheckRules.LegacyKeyValueFormat, instruction, $"'{instruction.Keyword} {pairs[0].Key}' has a space where an = should be.");
    }

    private void CheckCommand(Instruction instruction, CommandLine command)
    {
        CheckOnce(instruction);
        if (command.IsShell && !_state.HasShell)
            _report.Add(CheckRules.JSONArgsRecommended, instruction, $"{instruction.Keyword} is not a JSON array, so a shell is between signals and the program.");
    }

    // The one before is what does not count.
    private void CheckOnce(Instruction instruction)
    {
        if (_once.TryGetValue(instruction.Keyword, out var before))
            _report.Add(CheckRules.MultipleInstructionsDisallowed, before, $"There is another {instruction.Keyword} on line {instruction.Location.FirstLine}, and that one counts.");
        _once[instruction.Keyword] = instruction;
    }

    private void CheckPorts(ExposeInstruction expose)
    {
        foreach (var text in expose.Ports)
        {
            var (address, hostPort, _, protocol) = ExposedPorts.Split(text);
            if (protocol != protocol.ToLowerInvariant())
                _report.Add(CheckRules.ExposeProtoCasing, expose, $"The protocol of '{text}' is not in small letters.");
            if (address.Length > 0 || hostPort.Length > 0)
                _report.Add(CheckRules.ExposeInvalidFormat, expose, $"'{text}' has an address or a port of the host, which count for nothing.");
        }

        _ = ExposedPorts.Of(expose.Ports, expose.Location);
    }

    // With patterns that take back, a folder that is left out may still have something in it.
    private void CheckSources(FileInstruction instruction)
    {
        if (_context.Ignored is not { HasExceptions: false } ignored)
            return;
        foreach (var source in instruction.Sources)
        {
            if (source.Contains("://") || source.StartsWith("git@", StringComparison.Ordinal))
                continue;
            var path = CleanPath.BelowRoot(source);
            if (path == "." ? ignored.Patterns.Any(pattern => pattern.Text is "*" or "**" or "**/*") : ignored.IsIgnored(path))
                _report.Add(CheckRules.CopyIgnoredFile, instruction, $"'{source}' is left out by .dockerignore.");
        }
    }

    private void ReportUndefined(Instruction instruction, IReadOnlyList<string> undefined)
    {
        foreach (var name in undefined)
        {
            if (_state.Declared.Contains(name))
                continue;
            var message = $"The variable '${name}' is not set.{Suggestion.Sentence(name, _state.Variables.Names, "$")}";
            var hint = _state.UnknownImage is { } image ? $"{CheckRules.UndefinedVar.Hint} The image '{image}' is not here: it may set it, too." : null;
            _report.Add(CheckRules.UndefinedVar, instruction, message, hint);
        }
    }
}
