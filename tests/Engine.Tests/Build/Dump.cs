using System.Globalization;
using System.Text;
using ContainerPS.Engine.Build;

namespace ContainerPS.Engine.Tests.Build;

/// <summary>A Dockerfile as a text that people can read and tests can compare: instructions with all that is not as by default.</summary>
internal static class Dump
{
    /// <summary>What a Dockerfile is, with warnings, or why it is refused.</summary>
    internal static string Of(string text)
    {
        var lines = new StringBuilder();
        try
        {
            var dockerfile = Dockerfile.Parse(text, "Dockerfile");
            Add(lines, dockerfile);
            var result = DockerfileCheck.Run(dockerfile, new() { BuildPlatform = "linux/amd64" });
            foreach (var warning in result.Warnings)
                lines.Append(CultureInfo.InvariantCulture, $"warning {warning.Line}-{warning.LastLine} {warning.Rule}: {warning.Message}\n");
            if (result.FailsBuild)
                lines.Append("warnings are errors\n");
            if (result.Error is { } error)
                lines.Append(CultureInfo.InvariantCulture, $"error {error.Line}-{error.LastLine} {error.Reason}\n");
        }
        catch (DockerfileException e)
        {
            return $"refused {e.Line}-{e.LastLine} {e.Reason}\n";
        }

        return lines.ToString();
    }

    private static void Add(StringBuilder lines, Dockerfile dockerfile)
    {
        var directives = dockerfile.Directives;
        if (directives.Syntax is not null)
            lines.Append(CultureInfo.InvariantCulture, $"syntax {directives.Syntax}\n");
        if (directives.Escape != '\\')
            lines.Append(CultureInfo.InvariantCulture, $"escape {directives.Escape}\n");
        foreach (var arguments in dockerfile.MetaArguments)
            lines.Append(Line(arguments)).Append('\n');
        foreach (var stage in dockerfile.Stages)
        {
            lines.Append(CultureInfo.InvariantCulture, $"stage {stage.Index}\n");
            lines.Append(Line(stage.From)).Append('\n');
            foreach (var instruction in stage.Instructions)
                lines.Append(Line(instruction)).Append('\n');
        }
    }

    private static string Line(Instruction instruction) =>
        $"  {instruction.Location.FirstLine}-{instruction.Location.LastLine} {instruction.Keyword} {string.Join(' ', Details(instruction).Where(detail => detail is not null))}";

    private static IEnumerable<string?> Details(Instruction instruction) => instruction switch
    {
        FromInstruction from => [Show("image", from.Image), Show("platform", from.Platform), Show("name", from.Name)],
        ArgInstruction arg => arg.Arguments.Select(argument => argument.Default is null ? Quote(argument.Name) : $"{Quote(argument.Name)}={Quote(argument.Default)}"),
        EnvInstruction env => Pairs(env.Variables),
        LabelInstruction label => Pairs(label.Labels),
        RunInstruction run =>
        [
            .. Command(run.Command), .. run.Mounts.Select(Mount), run.Network == RunNetwork.Default ? null : $"network={run.Network}",
            run.Security == RunSecurity.Sandbox ? null : $"security={run.Security}", run.IsProgram ? "program" : run.IsScript ? "script" : null, .. run.Heredocs.Select(Show),
        ],
        CmdInstruction cmd => Command(cmd.Command),
        EntrypointInstruction entrypoint => Command(entrypoint.Command),
        CopyInstruction copy => [.. Files(copy), Show("from", copy.From), copy.Parents ? "parents" : null],
        AddInstruction add =>
        [
            .. Files(add), Show("checksum", add.Checksum), add.KeepGitDirectory is null ? null : $"keep-git-dir={add.KeepGitDirectory}", add.Unpack is null ? null : $"unpack={add.Unpack}",
        ],
        HealthCheckInstruction check =>
        [
            .. check.Test.Select(Quote), Show("interval", check.Interval), Show("timeout", check.Timeout), Show("start-period", check.StartPeriod),
            Show("start-interval", check.StartInterval), check.Retries == 0 ? null : $"retries={check.Retries}",
        ],
        ExposeInstruction expose => expose.Ports.Select(Quote),
        VolumeInstruction volume => volume.Paths.Select(Quote),
        ShellInstruction shell => shell.Shell.Select(Quote),
        WorkdirInstruction workdir => [Quote(workdir.Path)],
        UserInstruction user => [Quote(user.User)],
        StopSignalInstruction signal => [Quote(signal.Signal)],
        MaintainerInstruction maintainer => [Quote(maintainer.Name)],
        OnBuildInstruction trigger => [Quote(trigger.Trigger), "→", Line(trigger.Inner).Trim()],
        _ => throw new ArgumentOutOfRangeException(nameof(instruction), instruction.Keyword),
    };

    private static IEnumerable<string?> Files(FileInstruction files) =>
    [
        .. files.Sources.Select(Quote), .. files.Files.Select(Show), "→", Quote(files.Destination), Show("chown", files.Owner), Show("chmod", files.Mode), files.Link ? "link" : null,
        .. files.Exclude.Select(pattern => Show("exclude", pattern)),
    ];

    private static IEnumerable<string?> Command(CommandLine command) => [command.IsShell ? "shell" : "exec", .. command.Words.Select(Quote)];

    private static IEnumerable<string> Pairs(IEnumerable<KeyValue> pairs) => pairs.Select(pair => $"{Quote(pair.Key)}={Quote(pair.Value)}{(pair.IsLegacy ? " legacy" : "")}");

    private static string Show(Heredoc heredoc) => $"<<{(heredoc.StripTabs ? "-" : "")}{heredoc.Name}{(heredoc.Expand ? "" : " literal")} {Quote(heredoc.Text)}";

    private static string Mount(RunMount mount)
    {
        var parts = new List<string?>
        {
            mount.Type.ToString(), Show("from", mount.From), Show("source", mount.Source), Show("target", mount.Target), mount.ReadOnly ? "ro" : "rw", Show("id", mount.Id),
            mount.Sharing == CacheSharing.Shared ? null : mount.Sharing.ToString(), mount.Required ? "required" : null, Show("env", mount.Environment),
            mount.Mode is { } mode ? $"mode={Convert.ToString(mode, 8)}" : null, mount.UserId is { } user ? $"uid={user}" : null, mount.GroupId is { } group ? $"gid={group}" : null,
            mount.Size is { } size ? $"size={size}" : null,
        };
        return $"{{{string.Join(' ', parts.Where(part => part is not null))}}}";
    }

    private static string? Show(string name, TimeSpan time) => time == TimeSpan.Zero ? null : $"{name}={time}";

    private static string? Show(string name, string? value) => value is null ? null : $"{name}={Quote(value)}";

    private static string Quote(string? text) => $"'{text?.Replace("\\", "\\\\").Replace("\n", "\\n").Replace("\r", "\\r").Replace("\t", "\\t")}'";
}
