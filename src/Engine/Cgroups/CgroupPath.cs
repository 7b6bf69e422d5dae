namespace ContainerPS.Engine.Cgroups;

/// <summary>Reads <c>linux.cgroupsPath</c> (config-linux.md#cgroups-path).</summary>
internal static class CgroupPath
{
    private const string Field = "linux.cgroupsPath";

    /// <summary>The path below the root of every hierarchy; a relative one is below <paramref name="origin"/>.</summary>
    /// <exception cref="InvalidSpecException">It leaves the hierarchy or the origin, is their root, or has systemd's form.</exception>
    internal static string Resolve(string cgroupsPath, string origin)
    {
        if (cgroupsPath.Contains('\0')) throw new InvalidSpecException(Field, "contains a zero character");
        if (IsSystemds(cgroupsPath)) throw new InvalidSpecException(Field, $"'{cgroupsPath}' is systemd's form slice:prefix:name, which needs --systemd-cgroup, and that is not supported; give a path");
        var parts = new List<string>();
        foreach (var part in cgroupsPath.Split('/'))
        {
            if (part is "" or ".") continue;
            if (part != "..") parts.Add(part);
            else if (parts.Count > 0) parts.RemoveAt(parts.Count - 1);
            else throw new InvalidSpecException(Field, $"'{cgroupsPath}' leaves the cgroup it begins in by '..'; give a path without");
        }

        if (parts.Count == 0) throw new InvalidSpecException(Field, $"'{cgroupsPath}' must not be the root of the hierarchies");
        foreach (var part in parts)
            if (part.Length > 255) throw new InvalidSpecException(Field, $"has a name of {part.Length} characters; 255 is the most");
        return (cgroupsPath[0] == '/' ? "" : origin.TrimEnd('/')) + "/" + string.Join('/', parts);
    }

    private static bool IsSystemds(string path)
    {
        var parts = path.Split(':');
        return path[0] != '/' && (parts.Length == 3 || parts[0].EndsWith(".slice", StringComparison.Ordinal));
    }
}
