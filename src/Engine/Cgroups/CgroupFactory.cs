using ContainerPS.Engine.Linux;
using Tmds.Linux;

namespace ContainerPS.Engine.Cgroups;

/// <summary>Chooses the kind of cgroup the machine has.</summary>
internal static class CgroupFactory
{
    /// <summary>
    /// The cgroup of a new container; nothing is made yet. For a caller without the machine's root rights it is one in the v2 tree that is delegated to
    /// the caller, or a <see cref="NoCgroup"/>.
    /// </summary>
    /// <param name="id">Container id: the path is <c>/containerps/id</c> unless another is given.</param>
    /// <param name="cgroupsPath"><c>linux.cgroupsPath</c>: absolute, or relative to the caller's own cgroup.</param>
    internal static ICgroup Make(string id, string? cgroupsPath)
    {
        var mounts = CgroupMounts.Detect();
        if (IsRootless()) return RootlessCgroup.Make(mounts, id, cgroupsPath);
        if (string.IsNullOrEmpty(cgroupsPath)) return Make(mounts, PathOf(id));
        return Make(mounts, CgroupPath.Resolve(cgroupsPath, cgroupsPath[0] == '/' ? "/" : Origin(mounts)));
    }

    /// <summary>Path of a container's cgroup when nothing else is asked.</summary>
    internal static string PathOf(string id) => "/containerps/" + id;

    /// <summary>An existing cgroup by its path.</summary>
    internal static ICgroup Open(string path) => Open(CgroupMounts.Detect(), path);

    /// <summary>The cgroup of a container that has been started, by what its state keeps.</summary>
    /// <param name="path">The cgroup's path; empty for a container without one.</param>
    /// <param name="init">Pid of its first process.</param>
    /// <param name="startTime">When that began.</param>
    internal static ICgroup Open(string path, int init, ulong startTime) => path.Length == 0 ? new NoCgroup(init, startTime) : Open(path);

    /// <summary>An existing cgroup by its path below given mounts.</summary>
    internal static ICgroup Open(CgroupMounts mounts, string path)
    {
        Check(mounts);
        return mounts.IsUnifiedOnly ? new CgroupV2(mounts.Unified!, path) : CgroupV1.Open(mounts, path);
    }

    /// <summary>A new cgroup by its path below given mounts.</summary>
    internal static ICgroup Make(CgroupMounts mounts, string path)
    {
        Check(mounts);
        return mounts.IsUnifiedOnly ? new CgroupV2(mounts.Unified!, path) : new CgroupV1(mounts, path);
    }

    /// <summary>Where relative paths begin: beside the caller's cgroup on v2, where one with processes takes none below it, and below it on v1.</summary>
    internal static string Origin(CgroupMounts mounts)
    {
        if (mounts.IsUnifiedOnly) return Path.GetDirectoryName(OwnCgroup.Read("self", "")) ?? "/";
        return OwnCgroup.Read("self", mounts.V1.ContainsKey("devices") ? "devices" : "pids");
    }

    /// <summary>True without root's rights over the whole machine: as an ordinary user, or as root of a user namespace.</summary>
    private static bool IsRootless() => (uint)LibC.geteuid() != 0 || UserNamespace.IsNested();

    private static void Check(CgroupMounts mounts)
    {
        if (mounts.V1.Count == 0 && mounts.Unified is null)
            throw new ContainerEngineException("NoCgroups", ErrorKind.NotSupported, "No cgroup hierarchy is mounted. Mount cgroup2 on /sys/fs/cgroup.");
    }
}
