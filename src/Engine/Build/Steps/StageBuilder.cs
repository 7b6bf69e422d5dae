using ContainerPS.Engine.Images;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Build;

/// <summary>Carries out the instructions of one stage. Partial by concern: this file is their sequence, the others what those do that make layers.</summary>
internal sealed partial class StageBuilder
{
    private readonly BuildSession _session;
    private readonly BuildPlan _plan;
    private readonly PlannedStage _stage;
    private readonly BuildSources _sources;
    private readonly StepRunner _runner;
    private readonly StepContainer _container;
    private readonly int _total;
    private BuildState _state;
    private int _number;

    /// <param name="session">The build.</param>
    /// <param name="plan">What it does.</param>
    /// <param name="stage">The stage.</param>
    /// <param name="sources">Where files come from: contexts, images, and stages, which are waited for.</param>
    /// <param name="container">What commands run in.</param>
    internal StageBuilder(BuildSession session, BuildPlan plan, PlannedStage stage, BuildSources sources, StepContainer container)
    {
        (_session, _plan, _stage, _sources, _container) = (session, plan, stage, sources, container);
        _runner = new StepRunner(session);
        _total = (stage.Base.Kind is FileOriginKind.Image or FileOriginKind.NamedContext ? 1 : 0) + stage.Instructions.Count(MakesLayer);
        _state = BuildState.Scratch(sources.Platform);
    }

    private char Escape => _plan.Dockerfile.Directives.Escape;

    /// <summary>Carries them out, and gives what came of it.</summary>
    internal BuildState Run()
    {
        Begin();
        for (var i = 0; i < _stage.Instructions.Count; i++)
        {
            _session.Cancellation.ThrowIfCancellationRequested();
            Carry(_stage.Instructions[i], i);
        }

        return _state;
    }

    private static bool MakesLayer(Instruction instruction) => instruction is RunInstruction or FileInstruction or WorkdirInstruction;

    private void Begin()
    {
        switch (_stage.Base.Kind)
        {
            case FileOriginKind.Stage:
                _state = _sources.StateOf(_stage.Base.Stage).Fork();
                break;
            case FileOriginKind.Image or FileOriginKind.NamedContext:
                Step(_stage.From, log =>
                {
                    _state = _sources.BaseOf(_stage, log.Say);
                    return true;
                });
                break;
        }
    }

    private void Carry(Instruction written, int index)
    {
        if (written is ArgInstruction arguments)
        {
            Declare(arguments);
            return;
        }

        var instruction = Expander.Expand(written, _state.Variables, Escape).Value;
        switch (instruction)
        {
            case RunInstruction run:
                Step(written, log => Run(run, index, log));
                break;
            case FileInstruction files:
                Step(written, _ => Copy(files, index));
                break;
            case WorkdirInstruction workdir:
                Step(written, _ => EnterDirectory(workdir));
                break;
            default:
                Describe(instruction);
                break;
        }
    }

    private void Declare(ArgInstruction instruction)
    {
        var declared = BuildArguments.Declare(instruction, _state.Variables, _plan.Global, _session.Settings.Arguments, Escape).Value;
        foreach (var argument in declared)
        {
            _sources.Consumed(argument.Name);
            if (!_state.Arguments.Contains(argument.Name)) _state.Arguments.Add(argument.Name);
        }

        _state.Note($"ARG {string.Join(' ', declared.Select(static argument => argument.Default is null ? argument.Name : $"{argument.Name}={argument.Default}"))}");
    }

    private void Describe(Instruction instruction)
    {
        if (instruction is EnvInstruction env)
            foreach (var variable in env.Variables) _state.Variables.Set(variable.Key, variable.Value);
        if (ConfigInstructions.Apply(instruction, _state.Draft) is { } createdBy) _state.Note(createdBy);
    }

    // Does a step that is told of; true when an earlier build had done it.
    private void Step(Instruction instruction, Func<BuildLog.StepLog, bool> work)
    {
        var log = _session.Log.Begin(_stage.Index, new BuildStep
        {
            Stage = _stage.Label,
            Number = ++_number,
            Total = _total,
            Text = instruction.Text,
            File = instruction.Location.File,
            Line = instruction.Location.FirstLine,
        });
        try
        {
            log.Done(work(log));
        }
        catch (Exception e)
        {
            log.Fail();
            if (e is ContainerEngineException failure and not (DockerfileException or BuildStepException or NoSpaceException or InvalidSettingException or RegistryException))
                throw new BuildStepException(log.Step, failure.Message, exitCode: null, log.Output, failure);
            throw;
        }
    }
}
