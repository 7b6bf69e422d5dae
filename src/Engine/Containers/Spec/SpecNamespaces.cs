using System.Globalization;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Containers;

/// <summary>The namespaces of a container's spec, and the mounts that go with them.</summary>
internal static class SpecNamespaces
{
    private const string SharedMemory = "/dev/shm";

    /// <summary>New namespaces, and those of other containers; the host's are not listed.</summary>
    internal static List<LinuxNamespace> Create(SpecInput input)
    {
        var settings = input.Settings;
        List<LinuxNamespace> namespaces = [new() { Type = "mount" }];
        Add(namespaces, input, "pid", settings.Pid);
        Add(namespaces, input, "uts", settings.Uts);
        Add(namespaces, input, "ipc", settings.Ipc);
        Add(namespaces, input, "cgroup", settings.CgroupNamespace);
        if (!NetworkMode.IsHost(settings)) namespaces.Add(new() { Type = "network" });
        return namespaces;
    }

    /// <summary>Puts what belongs to the IPC namespace in place of a container's own: nothing, or the shared memory of the host or the other container.</summary>
    internal static void ChangeMounts(List<Mount> mounts, SpecInput input)
    {
        var mode = input.Settings.Ipc;
        if (mode == "none") mounts.RemoveAll(mount => mount.Destination == SharedMemory);
        var source = mode == NamespaceMode.Host ? SharedMemory
            : NamespaceMode.ContainerOf(mode) is null ? null
            : string.Create(CultureInfo.InvariantCulture, $"/proc/{input.SharedContainers[mode!]}/root{SharedMemory}");
        if (source is null) return;
        var mount = mounts.Find(mount => mount.Destination == SharedMemory)!;
        (mount.Type, mount.Source, mount.Options) = ("bind", source, ["rbind", "rprivate", "nosuid", "noexec", "nodev"]);
    }

    private static void Add(List<LinuxNamespace> namespaces, SpecInput input, string type, string? mode)
    {
        if (mode == NamespaceMode.Host) return;
        var path = NamespaceMode.ContainerOf(mode) is null ? null : string.Create(CultureInfo.InvariantCulture, $"/proc/{input.SharedContainers[mode!]}/ns/{type}");
        namespaces.Add(new() { Type = type, Path = path });
    }
}
