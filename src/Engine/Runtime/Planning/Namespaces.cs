using System.Globalization;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Oci;
using Tmds.Linux;

namespace ContainerPS.Engine.Runtime;

/// <summary>Which namespaces a container gets: new ones, and joined ones by path (config-linux.md#namespaces).</summary>
internal sealed class Namespaces
{
    private const uint NS_GET_NSTYPE = 0xB703;

    /// <summary>CLONE_NEW… flags of new namespaces.</summary>
    internal ulong New { get; private set; }

    /// <summary>CLONE_NEW… flags of all namespaces that differ from the caller's, new or joined.</summary>
    internal ulong Own { get; private set; }

    /// <summary>Namespaces to join, in the document's order.</summary>
    internal List<(ulong Flag, string Path)> Joined { get; } = [];

    /// <summary>True when the container does not share that namespace with the caller.</summary>
    internal bool Has(ulong flag) => (Own & flag) != 0;

    /// <summary>True when a process between makes or joins some of them (see <see cref="NamespacePlanner"/>).</summary>
    internal bool AreStaged => Has(Syscall.CLONE_NEWUSER | Syscall.CLONE_NEWTIME);

    /// <summary>Reads <c>linux.namespaces</c>.</summary>
    internal static Namespaces Parse(IReadOnlyList<LinuxNamespace>? namespaces)
    {
        var result = new Namespaces();
        for (var i = 0; i < (namespaces?.Count ?? 0); i++)
        {
            var (type, path) = (namespaces![i].Type, namespaces[i].Path);
            var field = string.Create(CultureInfo.InvariantCulture, $"linux.namespaces[{i}]");
            var flag = FlagOf(type);
            if (flag == 0) throw new InvalidSpecException($"{field}.type", $"'{type}' must be pid, network, mount, ipc, uts, cgroup, user or time");
            if ((result.Own & flag) != 0) throw new InvalidSpecException($"{field}.type", $"'{type}' is listed twice");
            if (string.IsNullOrEmpty(path))
            {
                result.New |= flag;
            }
            else
            {
                if (path[0] != '/') throw new InvalidSpecException($"{field}.path", $"'{path}' must be absolute");
                SpecValidator.CheckText(path, $"{field}.path");
                var isCallers = IsCallers(path, type!, flag, $"{field}.path");
                if (isCallers && flag == Syscall.CLONE_NEWNS) throw new InvalidSpecException($"{field}.path", "is the caller's own: the root file system would be mounted for the whole machine");

                // A process in a user namespace cannot join it once more.
                if (isCallers && flag == Syscall.CLONE_NEWUSER) continue;
                result.Joined.Add((flag, path));
            }

            result.Own |= flag;
        }

        if (!result.Has(Syscall.CLONE_NEWNS)) throw new InvalidSpecException("linux.namespaces", "must contain 'mount': without it the root file system would be mounted for the whole machine");
        return result;
    }

    /// <summary>The namespaces of a process that are not the caller's, as CLONE_NEW… flags: to join one's own is forbidden to who has no rights in it.</summary>
    internal static ulong ThatDiffer(int pid)
    {
        var result = 0UL;
        foreach (var (name, flag) in (ReadOnlySpan<(string, ulong)>)
            [
                ("mnt", Syscall.CLONE_NEWNS), ("pid", Syscall.CLONE_NEWPID), ("ipc", Syscall.CLONE_NEWIPC), ("uts", Syscall.CLONE_NEWUTS), ("net", Syscall.CLONE_NEWNET),
                ("cgroup", Syscall.CLONE_NEWCGROUP), ("user", Syscall.CLONE_NEWUSER), ("time", Syscall.CLONE_NEWTIME),
            ])
        {
            if (new FileInfo($"/proc/{pid}/ns/{name}").LinkTarget is { } target && target != new FileInfo($"/proc/self/ns/{name}").LinkTarget) result |= flag;
        }

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
        "user" => Syscall.CLONE_NEWUSER,
        "time" => Syscall.CLONE_NEWTIME,
        _ => 0,
    };

    /// <summary>Makes sure that a file is a namespace of a type: true when it is the caller's own.</summary>
    private static unsafe bool IsCallers(string path, string type, ulong flag, string field)
    {
        // A namespace may be kept by a bind mount, whose file has a name of its own: only the kernel knows what it is.
        using var file = FileDescriptors.Open(path, LibC.O_RDONLY);
        if (ChildCalls.ioctl(file.Number(), NS_GET_NSTYPE, null) != (nint)flag) throw new InvalidSpecException(field, $"'{path}' is not a {type} namespace");
        var name = type switch { "network" => "net", "mount" => "mnt", _ => type };
        byte empty = 0;
        Syscall.statx_t status;
        var result = Syscall.statx(file.Number(), &empty, LibC.AT_EMPTY_PATH, Syscall.STATX_BASIC_STATS, &status);
        if (result < 0) throw new KernelException("statx", path, -result);
        return new FileInfo($"/proc/self/ns/{name}").LinkTarget == string.Create(CultureInfo.InvariantCulture, $"{name}:[{status.stx_ino}]");
    }
}
