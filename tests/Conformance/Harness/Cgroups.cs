namespace ContainerPS.Conformance;

/// <summary>The host's cgroup hierarchies, read as files.</summary>
internal static class Cgroups
{
    private const string s_root = "/sys/fs/cgroup";

    /// <summary>Whether the machine has one v2 tree and nothing else.</summary>
    internal static bool IsV2Only { get; } = File.Exists($"{s_root}/cgroup.controllers");

    /// <summary>Where hierarchies are mounted: v1 ones, a v2 one beside them, or the only one.</summary>
    internal static IReadOnlyList<string> Hierarchies { get; } =
        IsV2Only ? [s_root] : [.. Directory.GetDirectories(s_root).Where(d => File.Exists($"{d}/cgroup.procs")).Order(StringComparer.Ordinal)];

    /// <summary>Whether a controller can be used, by its v1 name.</summary>
    internal static bool Has(string controller) => Folder(controller) is not null;

    /// <summary>The hierarchy that has a controller, or null.</summary>
    internal static string? Folder(string controller)
    {
        if (!IsV2Only && Directory.Exists($"{s_root}/{controller}")) return $"{s_root}/{controller}";
        var unified = IsV2Only ? s_root : $"{s_root}/unified";
        var name = controller == "blkio" ? "io" : controller;
        return File.Exists($"{unified}/cgroup.controllers") && File.ReadAllText($"{unified}/cgroup.controllers").Split([' ', '\n']).Contains(name) ? unified : null;
    }

    /// <summary>Whether a controller's files are those of v2.</summary>
    internal static bool IsV2(string controller) => Folder(controller) is { } folder && (IsV2Only || folder.EndsWith("/unified", StringComparison.Ordinal));

    /// <summary>Where a container's cgroup is in the hierarchy of a controller; the container is running.</summary>
    internal static string Of(string controller, long pid)
    {
        var folder = Folder(controller)!;
        var name = IsV2(controller) ? "" : controller;
        var line = File.ReadLines($"/proc/{pid}/cgroup").Select(l => l.Split(':', 3)).First(l => l[1].Split(',').Contains(name));
        return folder + line[2];
    }

    /// <summary>Folders of any hierarchy that have a container's name.</summary>
    internal static IEnumerable<string> Left(string id) => Hierarchies.Select(h => $"{h}/{id}").Where(Directory.Exists);

    /// <summary>Removes a container's cgroup where the runtime left it.</summary>
    internal static void Remove(string id)
    {
        foreach (var folder in Left(id).ToArray()) Remove(new DirectoryInfo(folder));
    }

    private static void Remove(DirectoryInfo folder)
    {
        foreach (var child in folder.GetDirectories()) Remove(child);
        folder.Delete();
    }
}
