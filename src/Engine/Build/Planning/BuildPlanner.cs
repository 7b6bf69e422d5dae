using System.Globalization;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Build;

/// <summary>Finds out what a build has to do: which stages its target needs, and what base images add to them (ONBUILD).</summary>
/// <param name="dockerfile">The Dockerfile.</param>
/// <param name="settings">What is asked.</param>
/// <param name="platforms">This machine and what is built for, as texts.</param>
/// <param name="findImage">Finds the config of a base image, fetching the image when it is not there.</param>
internal sealed class BuildPlanner(Dockerfile dockerfile, BuildSettings settings, (string Build, string Target) platforms, Func<FromInstruction, ImageConfig> findImage)
{
    private readonly List<PlannedStage> _stages = [];

    /// <summary>Makes the plan.</summary>
    /// <exception cref="DockerfileException">A stage refers to what is not there.</exception>
    internal BuildPlan Make()
    {
        var platform = BuildArguments.Platform(platforms.Build, platforms.Target, settings.Target ?? dockerfile.Stages[^1].Name, settings.Arguments);
        var global = BuildArguments.Global(dockerfile, platform, settings.Arguments);
        foreach (var stage in dockerfile.Stages) Add(stage, global);
        var target = FindTarget();
        for (var below = target; ; below = _stages[below.Base.Stage])
        {
            below.IsPartOfResult = true;
            if (below.Base.Kind != FileOriginKind.Stage) break;
        }

        var needed = Needed(target);
        while (AddTriggers(needed)) needed = Needed(target);
        return new BuildPlan(dockerfile, [.. _stages.Select(stage => needed.Contains(stage.Index) ? stage : null)], target, global);
    }

    private void Add(Stage stage, VariableTable global)
    {
        var from = Expander.Expand(stage.From, global, dockerfile.Directives.Escape).Value;
        if (from.Image.Length == 0)
            throw new DockerfileException(from.Location, $"FROM has no image once variables are put into '{stage.From.Image}'. Give the build the argument, or the ARG a default.");
        if (from.Platform is { Length: 0 }) throw new DockerfileException(from.Location, $"'--platform={stage.From.Platform}' of FROM is empty once variables are put in.");
        var planned = new PlannedStage
        {
            Stage = stage,
            From = from,
            Base = stage.Name is { } own && settings.Contexts.ContainsKey(own) ? new FileOrigin(FileOriginKind.NamedContext, -1, own) : OriginOf(from.Image, stage.Index),
            Instructions = stage.Instructions,
            Label = dockerfile.Stages.Count == 1 ? "" : stage.From.WrittenName ?? string.Create(CultureInfo.InvariantCulture, $"stage-{stage.Index}"),
        };
        _stages.Add(planned);
        SetOrigins(planned);
    }

    private void SetOrigins(PlannedStage stage) => stage.Origins = [.. stage.Instructions.Select(instruction => OriginsOf(instruction, stage.Index))];

    private IReadOnlyList<FileOrigin> OriginsOf(Instruction instruction, int stage) => instruction switch
    {
        CopyInstruction { From: { } from } => [OriginOf(from, stage, instruction.Location)],
        RunInstruction run => [.. run.Mounts.Select(mount => mount.From is { } from ? OriginOf(from, stage, instruction.Location) : FileOrigin.Context)],
        _ => [],
    };

    private FileOrigin OriginOf(string from, int stage, SourceLocation location)
    {
        if (!int.TryParse(from, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return OriginOf(from, stage);
        return number < stage ? new FileOrigin(FileOriginKind.Stage, number, from) : throw new DockerfileException(location, $"There is no stage {number} before this one: they are numbered from 0.");
    }

    // The last stage of that name before this one.
    private int FindStage(string name, int before)
    {
        for (var i = Math.Min(before, _stages.Count) - 1; i >= 0; i--)
            if (name.Equals(_stages[i].Stage.Name, StringComparison.OrdinalIgnoreCase)) return i;
        return -1;
    }

    private FileOrigin OriginOf(string name, int stage)
    {
        if (settings.Contexts.ContainsKey(name)) return new FileOrigin(FileOriginKind.NamedContext, -1, name);
        if (FindStage(name, stage) is >= 0 and var index) return new FileOrigin(FileOriginKind.Stage, index, name);
        return name == "scratch" ? new FileOrigin(FileOriginKind.Nothing, -1, name) : new FileOrigin(FileOriginKind.Image, -1, name);
    }

    private PlannedStage FindTarget()
    {
        if (settings.Target is not { Length: > 0 } target) return _stages[^1];
        if (FindStage(target, _stages.Count) is >= 0 and var named) return _stages[named];
        if (int.TryParse(target, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < _stages.Count) return _stages[number];
        throw new InvalidSettingException("Target", target, $"-Target '{target}' is refused. {dockerfile.FileName} has no stage of that name.{Suggestion.Sentence(target, _stages.Select(static stage => stage.Stage.Name).OfType<string>())}");
    }

    // Stages come before those that need them, but for a mount from one that comes later, which is none.
    private HashSet<int> Needed(PlannedStage target)
    {
        var needed = new HashSet<int>();
        var left = new Stack<int>([target.Index]);
        while (left.TryPop(out var index))
        {
            if (!needed.Add(index)) continue;
            foreach (var other in _stages[index].Needs) left.Push(other);
        }

        return needed;
    }

    // Triggers of images, and of earlier stages, are instructions of the stages on top of them; they may need further stages.
    private bool AddTriggers(HashSet<int> needed)
    {
        var added = false;
        foreach (var stage in _stages)
        {
            if (!needed.Contains(stage.Index) || stage.HasTriggers) continue;
            stage.HasTriggers = true;
            var triggers = TriggersOf(stage);
            if (triggers.Count == 0) continue;
            stage.Instructions = [.. triggers.Select(trigger => Dockerfile.ParseInstruction(trigger, stage.Stage.Location)), .. stage.Instructions];
            SetOrigins(stage);
            added = true;
        }

        return added;
    }

    private IReadOnlyList<string> TriggersOf(PlannedStage stage) => stage.Base.Kind switch
    {
        FileOriginKind.Image => findImage(stage.From).Config?.OnBuild ?? [],
        FileOriginKind.Stage => [.. _stages[stage.Base.Stage].Stage.Instructions.OfType<OnBuildInstruction>().Select(static instruction => instruction.Trigger)],
        _ => [],
    };
}
