using System.Globalization;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Oci;
using Tmds.Linux;

namespace ContainerPS.Engine.Runtime;

/// <summary>Which namespaces a container gets: new ones, and joined ones by path (config-linux.md#namespaces).</summary>
internal sealed class Namespaces
{
    /// <summary>CLONE_NEW… flags of new namespaces.</summary>
    internal ulong New { get; private set; }

    /// <summary>CLONE_NEW… flags of all namespaces that differ from the caller's, new or joined.</summary>
    internal ulong Own { get; private set; }

    /// <summary>Namespaces to join, in the document's order.</summary>
    internal List<(ulong Flag, string Path)> Joined { get; } = [];

    /// <summary>True when the container does not share that namespace with the caller.</summary>
    internal bool Has(ulong flag) => (Own & flag) != 0;

    /// <summary>Reads <c>linux.namespaces</c>.</summary>
    internal static Namespaces Parse(IReadOnlyList<LinuxNamespace>? namespaces)
    {
        var result = new Namespaces();
        for (var i = 0; i < (namespaces?.Count ?? 0); i++)
        {
            var (type, path) = (namespaces![i].Type, namespaces[i].Path);
            var field = string.Create(CultureInfo.InvariantCulture, $"linux.namespaces[{i}]");
            var flag = FlagOf(type);
            if (flag == 0) throw new InvalidSpecException($"{field}.type", $"'{type}' must be pid, network, mount, ipc, uts or cgroup");
            if ((result.Own & flag) != 0) throw new InvalidSpecException($"{field}.type", $"'{type}' is listed twice");
            result.Own |= flag;
            if (string.IsNullOrEmpty(path)) result.New |= flag;
            else if (path[0] != '/') throw new InvalidSpecException($"{field}.path", $"'{path}' must be absolute");
            else if (flag == Syscall.CLONE_NEWNS) throw new InvalidSpecException($"{field}.path", "must not be set: the root file system is mounted in a mount namespace of its own");
            else result.Joined.Add((flag, path));
        }

        if ((result.New & Syscall.CLONE_NEWNS) == 0) throw new InvalidSpecException("linux.namespaces", "must contain 'mount': without it the root file system would be mounted for the whole machine");
        return result;
    }

    private static ulong FlagOf(string? type) => type switch
    {
        "pid" => Syscall.CLONE_NEWPID,
        "network" => Syscall.CLONE_NEWNET,
        "mount" => Syscall.CLONE_NEWNS,
        "ipc" => Syscall.CLONE_NEWIPC,
        "uts" => Syscall.CLONE_NEWUTS,
        "cgroup" => Syscall.CLONE_NEWCGROUP,
        _ => 0,
    };

    /// <summary>
    /// Opens the joined namespaces: the child joins all but the pid namespace, which is for the caller's next child and is
    /// returned as a descriptor, or -1.
    /// </summary>
    internal int PlanJoins(ChildPlan plan)
    {
        var pid = -1;
        foreach (var (flag, path) in Joined)
        {
            var fd = plan.Own(FileDescriptors.Open(path, LibC.O_RDONLY));
            if (flag == Syscall.CLONE_NEWPID) pid = fd;
            else plan.Add(ChildStep.JoinNamespaces, path, new() { Fd = fd, Flags = flag });
        }

        return pid;
    }
}
