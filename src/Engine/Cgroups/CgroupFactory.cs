namespace ContainerPS.Engine.Cgroups;

/// <summary>Chooses the kind of cgroup the machine has.</summary>
internal static class CgroupFactory
{
    /// <summary>The cgroup of a new container; nothing is made yet.</summary>
    /// <param name="id">Container id: the path is <c>/containerps/id</c> unless another is given.</param>
    /// <param name="cgroupsPath"><c>linux.cgroupsPath</c>: absolute, or relative to the caller's own cgroup.</param>
    internal static ICgroup Make(string id, string? cgroupsPath)
    {
        var mounts = CgroupMounts.Detect();
        if (string.IsNullOrEmpty(cgroupsPath)) return Open(mounts, PathOf(id));
        if (cgroupsPath.Contains('\0')) throw new InvalidSpecException("linux.cgroupsPath", "contains a zero character");
        if (cgroupsPath.Contains(".slice:", StringComparison.Ordinal))
            throw new InvalidSpecException("linux.cgroupsPath", $"'{cgroupsPath}' is systemd's form, which is not supported; give a path");
        if (cgroupsPath[0] == '/') return Open(mounts, Path.GetFullPath(cgroupsPath));
        return Open(mounts, Path.GetFullPath(cgroupsPath, OwnPath(mounts)));
    }

    /// <summary>Path of a container's cgroup when nothing else is asked.</summary>
    internal static string PathOf(string id) => "/containerps/" + id;

    /// <summary>A cgroup by its path.</summary>
    internal static ICgroup Open(string path) => Open(CgroupMounts.Detect(), path);

    /// <summary>A cgroup by its path below given mounts.</summary>
    internal static ICgroup Open(CgroupMounts mounts, string path)
    {
        if (path == "/") throw new InvalidSpecException("linux.cgroupsPath", "must not be the root of the hierarchies");
        if (mounts.V1.Count == 0 && mounts.Unified is null)
            throw new ContainerEngineException("NoCgroups", ErrorKind.NotSupported, "No cgroup hierarchy is mounted. Mount cgroup2 on /sys/fs/cgroup.");
        return mounts.IsUnifiedOnly ? new CgroupV2(mounts.Unified!, path) : new CgroupV1(mounts, path);
    }

    /// <summary>The caller's own path: in v2, or in the memory hierarchy of v1.</summary>
    private static string OwnPath(CgroupMounts mounts)
    {
        foreach (var line in (KernelFile.Read("/proc/self/cgroup") ?? "").AsSpan().EnumerateLines())
        {
            var (first, second) = (line.IndexOf(':'), line.IndexOf(':') + 1);
            if (first < 0) continue;
            var controllers = line[second..][..line[second..].IndexOf(':')];
            var path = line[(second + controllers.Length + 1)..];
            if (mounts.IsUnifiedOnly ? controllers.IsEmpty : controllers is "memory") return path.ToString();
        }

        return "/";
    }
}
