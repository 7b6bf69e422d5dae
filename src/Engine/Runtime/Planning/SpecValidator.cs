using System.Globalization;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Runtime;

/// <summary>Refuses documents that cannot be run before anything is made, naming the field.</summary>
internal static class SpecValidator
{
    /// <summary>Checks what no planner looks at by itself.</summary>
    internal static void Check(RuntimeSpec spec, bool hasOverlay)
    {
        if (spec.OciVersion?.StartsWith("1.", StringComparison.Ordinal) is not true)
            throw new InvalidSpecException("ociVersion", spec.OciVersion is null ? "must be set" : $"'{spec.OciVersion}' must be 1.x");
        if (!hasOverlay && string.IsNullOrEmpty(spec.Root?.Path)) throw new InvalidSpecException("root.path", "must be set");
        CheckText(spec.Root?.Path, "root.path");
        if (spec.Process is null) throw new InvalidSpecException("process", "must be set");
        if (spec.Linux is null) throw new InvalidSpecException("linux", "must be set");
        if (spec.Linux.IntelRdt is not null) throw new InvalidSpecException("linux.intelRdt", "is not supported; leave it out");
        CheckNamespaces(spec.Linux);
        LabelPlanner.CheckMounts(spec.Linux);
        HookValidator.Check(spec.Hooks);
        CheckProcess(spec.Process, "process");
        CheckUser(spec.Process.User, spec.Linux);
    }

    /// <summary>In a new user namespace there are only the ids that are mapped.</summary>
    private static void CheckUser(User? user, LinuxSpec linux)
    {
        if (user is null || linux.Namespaces?.Find(n => n.Type == "user") is not { Path: null or "" }) return;
        IdMappings.CheckMapped(user.Uid, linux.UidMappings!, "process.user.uid", "linux.uidMappings");
        IdMappings.CheckMapped(user.Gid, linux.GidMappings!, "process.user.gid", "linux.gidMappings");
        for (var i = 0; i < (user.AdditionalGids?.Count ?? 0); i++)
            IdMappings.CheckMapped(user.AdditionalGids![i], linux.GidMappings!, string.Create(CultureInfo.InvariantCulture, $"process.user.additionalGids[{i}]"), "linux.gidMappings");
    }

    /// <summary>What configures a namespace needs that namespace.</summary>
    private static void CheckNamespaces(LinuxSpec linux)
    {
        var user = linux.Namespaces?.Find(n => n.Type == "user");
        if (user is null && (linux.UidMappings is { Count: > 0 } || linux.GidMappings is { Count: > 0 }))
            throw new InvalidSpecException("linux.uidMappings, linux.gidMappings", "need a namespace of type user");
        if (user is { Path: null or "" })
        {
            IdMappings.Check(linux.UidMappings, "linux.uidMappings");
            IdMappings.Check(linux.GidMappings, "linux.gidMappings");
        }

        if (linux.TimeOffsets is { Count: > 0 } && linux.Namespaces?.Find(n => n.Type == "time") is not { Path: null or "" })
            throw new InvalidSpecException("linux.timeOffsets", "needs a new namespace of type time");
    }

    /// <summary>Checks a process.</summary>
    /// <param name="process">The process.</param>
    /// <param name="field">What errors call it.</param>
    internal static void CheckProcess(Process process, string field)
    {
        if (process.Args is not { Count: > 0 } || string.IsNullOrEmpty(process.Args[0])) throw new InvalidSpecException($"{field}.args", "must name a program");
        CheckTexts(process.Args, $"{field}.args");
        CheckTexts(process.Env, $"{field}.env");
        InnerPath(process.Cwd, $"{field}.cwd");
        LabelPlanner.Check(process, field);
        SchedulingPlanner.Check(process, field);
        if (process.User is { } user && (user.Uid == uint.MaxValue || user.Gid == uint.MaxValue))
            throw new InvalidSpecException($"{field}.user", "must have ids below 4294967295");
    }

    /// <summary>A path inside the container: absolute, with <c>.</c>, <c>..</c> and double slashes taken out.</summary>
    internal static string InnerPath(string? path, string field)
    {
        if (string.IsNullOrEmpty(path) || path[0] != '/') throw new InvalidSpecException(field, $"'{path}' must be an absolute path");
        CheckText(path, field);
        var clean = Path.GetFullPath(path);
        return clean.Length > 1 && clean[^1] == '/' ? clean[..^1] : clean;
    }

    /// <summary>Refuses text that the kernel would cut.</summary>
    internal static void CheckText(string? text, string field)
    {
        if (text?.Contains('\0') is true) throw new InvalidSpecException(field, "contains a zero character");
    }

    /// <summary>Refuses lists with text that the kernel would cut, or with none.</summary>
    internal static void CheckTexts(List<string>? texts, string field)
    {
        for (var i = 0; i < (texts?.Count ?? 0); i++)
        {
            var item = string.Create(CultureInfo.InvariantCulture, $"{field}[{i}]");
            CheckText(texts![i] ?? throw new InvalidSpecException(item, "is null"), item);
        }
    }
}
