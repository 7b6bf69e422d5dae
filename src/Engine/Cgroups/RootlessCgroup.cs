using System.Text;
using ContainerPS.Engine.Linux;
using Tmds.Linux;

namespace ContainerPS.Engine.Cgroups;

/// <summary>Finds where a user without root's rights may make a cgroup: in a v2 tree that is delegated to them (kernel documentation, admin-guide/cgroup-v2 "Delegation").</summary>
internal static unsafe class RootlessCgroup
{
    private const int W_OK = 2;
    private const int AT_EACCESS = 0x200;

    /// <summary>The cgroup of a new container; <see cref="NoCgroup"/> when none may be made and no path is asked for.</summary>
    internal static ICgroup Make(CgroupMounts mounts, string id, string? cgroupsPath) =>
        Make(mounts, mounts.Unified is null ? "/" : OwnCgroup.Read("self", ""), id, cgroupsPath);

    /// <summary>As above, for a caller in a given cgroup of v2.</summary>
    internal static ICgroup Make(CgroupMounts mounts, string own, string id, string? cgroupsPath)
    {
        // Beside the caller's own cgroup, which has processes and so hands no controllers down; else below it, which will do to freeze, kill and count.
        var beside = Path.GetDirectoryName(own) ?? "/";
        if (string.IsNullOrEmpty(cgroupsPath))
        {
            foreach (var origin in (string[])[beside, own])
                if (mounts.Unified is { } mount && MayMakeIn(mount + origin)) return new CgroupV2(mount, $"{origin.TrimEnd('/')}/containerps-{id}", rootless: true);
            return new NoCgroup(0, 0);
        }

        var path = CgroupPath.Resolve(cgroupsPath, beside);
        if (mounts.Unified is { } unified && MayMakeIn(NearestOf(unified, path))) return new CgroupV2(unified, path, rootless: true);
        throw new InvalidSpecException("linux.cgroupsPath", $"'{cgroupsPath}' is where this user may not make a cgroup; leave it out, or delegate a cgroup v2 tree to the user");
    }

    /// <summary>To move a process the list of the level above both its old and its new cgroup has to be writable, too.</summary>
    private static bool MayMakeIn(string directory) => IsWritable(directory) && IsWritable(directory + "/cgroup.procs");

    private static string NearestOf(string mount, string path)
    {
        while (path.Length > 0 && !Directory.Exists(mount + path)) path = path[..path.LastIndexOf('/')];
        return mount + path;
    }

    private static bool IsWritable(string path)
    {
        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
            return Syscall.Raw(Syscall.Number(439, 439) /* faccessat2 */, LibC.AT_FDCWD, (nint)name, W_OK, AT_EACCESS) == 0;
    }
}
