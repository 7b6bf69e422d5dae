using System.Globalization;
using ContainerPS.Engine.Containers;

namespace ContainerPS.Engine.Build;

/// <summary>Instructions that change the image's configuration alone.</summary>
internal static partial class InstructionReader
{
    private static ArgInstruction Arg(RawInstruction raw, char escape)
    {
        FlagSet.Read(raw);
        var arguments = new List<BuildArgument>();
        foreach (var word in WordSplitter.Split(raw.Arguments, escape))
        {
            var equals = word.IndexOf('=');
            if (equals == 0)
                throw raw.Fault($"There is no name before '{Shorten(word)}'. The form is ARG name or ARG name=value.");
            arguments.Add(equals < 0 ? new(word, null) : new(word[..equals], word[(equals + 1)..]));
        }

        return arguments.Count > 0 ? new(raw) { Arguments = arguments } : throw raw.Fault("ARG has nothing after it. The form is ARG name or ARG name=value.");
    }

    private static EnvInstruction Env(RawInstruction raw, char escape) => new(raw) { Variables = Pairs(raw, escape) };

    private static LabelInstruction Label(RawInstruction raw, char escape) => new(raw) { Labels = Pairs(raw, escape) };

    private static MaintainerInstruction Maintainer(RawInstruction raw) => new(raw) { Name = OneArgument(raw, "the author's name") };

    private static UserInstruction User(RawInstruction raw) => new(raw) { User = OneArgument(raw, "a user, such as www-data or 1000:1000") };

    private static WorkdirInstruction Workdir(RawInstruction raw) => new(raw) { Path = OneArgument(raw, "a path") };

    private static StopSignalInstruction StopSignal(RawInstruction raw) => new(raw) { Signal = OneArgument(raw, "a signal, such as SIGTERM or 15") };

    private static ExposeInstruction Expose(RawInstruction raw)
    {
        FlagSet.Read(raw);
        var ports = CommandSplitter.SplitAtSpaces(raw.Arguments);
        if (ports.Count == 0)
            throw raw.Fault("EXPOSE has nothing after it. It takes ports, such as 80 or 53/udp.");
        ports.Sort(StringComparer.Ordinal);
        return new(raw) { Ports = ports };
    }

    private static VolumeInstruction Volume(RawInstruction raw)
    {
        FlagSet.Read(raw);
        var paths = new List<string>();
        foreach (var path in raw.Json ?? CommandSplitter.SplitAtSpaces(raw.Arguments))
        {
            if (path.AsSpan().Trim().IsEmpty)
                throw raw.Fault("VOLUME has an empty path. Take it away.");
            paths.Add(path.Trim());
        }

        return paths.Count > 0 ? new(raw) { Paths = paths } : throw raw.Fault("VOLUME has nothing after it. It takes paths, such as /data.");
    }

    private static CmdInstruction Cmd(RawInstruction raw)
    {
        FlagSet.Read(raw);
        return new(raw) { Command = Command(raw, raw.Arguments) };
    }

    private static EntrypointInstruction Entrypoint(RawInstruction raw)
    {
        FlagSet.Read(raw);
        return new(raw) { Command = Command(raw, raw.Arguments) };
    }

    private static ShellInstruction Shell(RawInstruction raw)
    {
        FlagSet.Read(raw);
        return raw.Json is { Count: > 0 } words
            ? new(raw) { Shell = words }
            : throw raw.Fault("SHELL takes a program and options as a JSON array, such as [\"/bin/bash\", \"-c\"].");
    }

    private static HealthCheckInstruction HealthCheck(RawInstruction raw)
    {
        var flags = FlagSet.Read(raw, new("interval"), new("timeout"), new("start-period"), new("start-interval"), new("retries"));
        var (kind, command) = CommandSplitter.SplitKeyword(raw.Arguments);
        switch (kind.ToUpperInvariant())
        {
            case "NONE":
                return command.Length == 0 ? new(raw) : throw raw.Fault($"HEALTHCHECK NONE takes nothing after it, and there is '{Shorten(command)}'.");
            case "CMD" when raw.Json is { Count: 0 } || command.Length == 0:
                throw raw.Fault("HEALTHCHECK CMD has no command after it.");
            case "CMD":
                return new(raw)
                {
                    Command = Command(raw, command),
                    Interval = Time(raw, flags, "interval"),
                    Timeout = Time(raw, flags, "timeout"),
                    StartPeriod = Time(raw, flags, "start-period"),
                    StartInterval = Time(raw, flags, "start-interval"),
                    Retries = Retries(raw, flags),
                };
            default:
                throw raw.Fault(kind.Length == 0 ? "HEALTHCHECK has nothing after it. It takes CMD and a command, or NONE." : $"HEALTHCHECK takes CMD and a command, or NONE, and there is '{Shorten(kind)}'.");
        }
    }

    // A command in JSON or, whatever it is, for the shell.
    private static CommandLine Command(RawInstruction raw, string text)
    {
        if (raw.Json is not null)
            return CommandLine.Exec(raw.Json);
        return text.Length > 0 ? CommandLine.Shell(text) : throw raw.Fault($"{raw.Name} has no command after it.{(raw.Name == "RUN" ? "" : $" To have none, write {raw.Name} [].")}");
    }

    private static string OneArgument(RawInstruction raw, string what)
    {
        FlagSet.Read(raw);
        return raw.Arguments.Length > 0 ? raw.Arguments : throw raw.Fault($"{raw.Name} has nothing after it. It takes {what}.");
    }

    // NAME=VALUE …, or NAME VALUE as it once was: the first word tells which.
    private static List<KeyValue> Pairs(RawInstruction raw, char escape)
    {
        FlagSet.Read(raw);
        var form = $"The form is {raw.Name} name=value.";
        var words = WordSplitter.Split(raw.Arguments, escape);
        if (words.Count == 0)
            throw raw.Fault($"{raw.Name} has nothing after it. {form}");
        if (!words[0].Contains('='))
        {
            var (key, value) = CommandSplitter.SplitKeyword(raw.Arguments);
            return value.Length > 0 ? [new(key, value, IsLegacy: true)] : throw raw.Fault($"{raw.Name} gives '{Shorten(key)}' no value. {form}");
        }

        var pairs = new List<KeyValue>(words.Count);
        foreach (var word in words)
        {
            var equals = word.IndexOf('=');
            if (equals < 0)
                throw raw.Fault($"There is no '=' in '{Shorten(word)}'. {form} A value with spaces goes between quotation marks.");
            if (equals == 0)
                throw raw.Fault($"There is no name before '{Shorten(word)}'. {form}");
            pairs.Add(new(word[..equals], word[(equals + 1)..]));
        }

        return pairs;
    }

    private static TimeSpan Time(RawInstruction raw, FlagSet flags, string name)
    {
        if (flags.Text(name) is not { } text)
            return default;
        try
        {
            var time = Duration.Parse(text, "--" + name);
            return time == TimeSpan.Zero || time >= TimeSpan.FromMilliseconds(1) ? time : throw raw.Fault($"'--{name}={text}' of HEALTHCHECK is less than 1ms.");
        }
        catch (InvalidSettingException e)
        {
            throw new DockerfileException(raw.Location, $"HEALTHCHECK {e.Message}", e);
        }
    }

    private static int Retries(RawInstruction raw, FlagSet flags)
    {
        if (flags.Text("retries") is not { } text)
            return 0;
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var retries) && retries >= 0
            ? retries
            : throw raw.Fault($"'--retries={Shorten(text)}' of HEALTHCHECK is not a number from 0 to {int.MaxValue}.");
    }
}
