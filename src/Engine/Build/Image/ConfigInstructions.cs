using ContainerPS.Engine.Containers;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Build;

/// <summary>Instructions that change nothing but what the image says of itself. What they put into its history is BuildKit's, word for word.</summary>
internal static class ConfigInstructions
{
    /// <summary>Carries out an instruction whose variables have been put in: its line for the history, or null when it has none.</summary>
    /// <exception cref="DockerfileException">A value is wrong.</exception>
    internal static string? Apply(Instruction instruction, ImageDraft draft) => instruction switch
    {
        EnvInstruction env => Env(env, draft.Config),
        LabelInstruction label => Label(label, draft.Config),
        MaintainerInstruction maintainer => Maintainer(maintainer, draft),
        CmdInstruction cmd => Cmd(cmd, draft),
        EntrypointInstruction entrypoint => Entrypoint(entrypoint, draft),
        ExposeInstruction expose => Expose(expose, draft.Config),
        VolumeInstruction volume => Volume(volume, draft.Config),
        UserInstruction user => User(user, draft.Config),
        StopSignalInstruction signal => StopSignal(signal, draft.Config),
        ShellInstruction shell => Shell(shell, draft.Config),
        HealthCheckInstruction check => HealthCheck(check, draft.Config),
        OnBuildInstruction trigger => OnBuild(trigger, draft.Config),
        _ => throw new DockerfileException(instruction.Location, $"{instruction.Keyword} does more than change what an image says, and cannot be here."),
    };

    /// <summary>Sets a variable of an environment, in its place when it is there.</summary>
    internal static void SetVariable(List<string> environment, string name, string value)
    {
        var at = environment.FindIndex(variable => variable.StartsWith(name, StringComparison.Ordinal) && variable.Length > name.Length && variable[name.Length] == '=');
        if (at < 0) environment.Add($"{name}={value}");
        else environment[at] = $"{name}={value}";
    }

    private static string Env(EnvInstruction instruction, ContainerConfig config)
    {
        config.Env ??= [];
        foreach (var variable in instruction.Variables) SetVariable(config.Env, variable.Key, variable.Value);
        return $"ENV {string.Join(' ', instruction.Variables.Select(static pair => $"{pair.Key}={pair.Value}"))}";
    }

    private static string Label(LabelInstruction instruction, ContainerConfig config)
    {
        config.Labels ??= [];
        foreach (var label in instruction.Labels) config.Labels[label.Key] = label.Value;
        return $"LABEL {string.Join(' ', instruction.Labels.Select(static pair => $"{pair.Key}={pair.Value}"))}";
    }

    private static string Maintainer(MaintainerInstruction instruction, ImageDraft draft)
    {
        draft.Author = instruction.Name;
        return $"MAINTAINER {instruction.Name}";
    }

    private static string Cmd(CmdInstruction instruction, ImageDraft draft)
    {
        List<string> words = [.. instruction.Command.Under(draft.Shell)];
        draft.Config.Cmd = words;
        draft.IsCommandGiven = true;
        return $"CMD {GoText.Quoted(words)}";
    }

    private static string Entrypoint(EntrypointInstruction instruction, ImageDraft draft)
    {
        List<string> words = [.. instruction.Command.Under(draft.Shell)];
        draft.Config.Entrypoint = words;

        // The base's command was written for the base's entry point.
        if (!draft.IsCommandGiven) draft.Config.Cmd = null;
        return $"ENTRYPOINT {GoText.Quoted(words)}";
    }

    private static string Expose(ExposeInstruction instruction, ContainerConfig config)
    {
        var ports = ExposedPorts.Of(instruction.Ports, instruction.Location);
        config.ExposedPorts ??= [];
        foreach (var port in ports) config.ExposedPorts[port] = new EmptyObject();
        return $"EXPOSE {GoText.Plain(ports)}";
    }

    private static string Volume(VolumeInstruction instruction, ContainerConfig config)
    {
        config.Volumes ??= [];
        foreach (var path in instruction.Paths)
        {
            if (path.Length == 0) throw new DockerfileException(instruction.Location, "VOLUME has a path that is empty when its variables are put in. Set them, or give a default, as ${data:-/data}.");
            config.Volumes[path] = new EmptyObject();
        }

        return $"VOLUME {GoText.Plain(instruction.Paths)}";
    }

    private static string User(UserInstruction instruction, ContainerConfig config)
    {
        config.User = instruction.User;
        return $"USER {instruction.User}";
    }

    private static string StopSignal(StopSignalInstruction instruction, ContainerConfig config)
    {
        try
        {
            SignalName.Parse(instruction.Signal, "STOPSIGNAL");
        }
        catch (InvalidSettingException e)
        {
            throw new DockerfileException(instruction.Location, $"STOPSIGNAL '{instruction.Signal}' is no signal. Give a name or a number, such as SIGTERM or 15.", e);
        }

        config.StopSignal = instruction.Signal;
        return $"STOPSIGNAL {instruction.Signal}";
    }

    private static string Shell(ShellInstruction instruction, ContainerConfig config)
    {
        config.Shell = [.. instruction.Shell];
        return $"SHELL {GoText.Plain(instruction.Shell)}";
    }

    private static string HealthCheck(HealthCheckInstruction instruction, ContainerConfig config)
    {
        config.Healthcheck = new HealthConfig
        {
            Test = [.. instruction.Test],
            Interval = Nanoseconds(instruction.Interval),
            Timeout = Nanoseconds(instruction.Timeout),
            StartPeriod = Nanoseconds(instruction.StartPeriod),
            StartInterval = Nanoseconds(instruction.StartInterval),
            Retries = instruction.Retries == 0 ? null : instruction.Retries,
        };
        return $"HEALTHCHECK {{Test:{GoText.Plain(instruction.Test)} Interval:{GoText.Time(instruction.Interval)} Timeout:{GoText.Time(instruction.Timeout)} "
            + $"StartPeriod:{GoText.Time(instruction.StartPeriod)} StartInterval:{GoText.Time(instruction.StartInterval)} Retries:{instruction.Retries}}}";
    }

    // It is kept in the image and has no line in its history, as with BuildKit.
    private static string? OnBuild(OnBuildInstruction instruction, ContainerConfig config)
    {
        (config.OnBuild ??= []).Add(instruction.Trigger);
        return null;
    }

    private static long? Nanoseconds(TimeSpan time) => time == TimeSpan.Zero ? null : time.Ticks * TimeSpan.NanosecondsPerTick;
}
