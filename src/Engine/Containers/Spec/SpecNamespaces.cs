using System.Globalization;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Containers;

/// <summary>The namespaces of a container's spec, and the mounts that go with them.</summary>
internal static class SpecNamespaces
{
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

    /// <summary>Puts what belongs to the IPC namespace in place of a container's own: nothing, or the host's.</summary>
    internal static void ChangeMounts(List<Mount> mounts, ContainerSettings settings)
    {
        if (settings.Ipc == "none") mounts.RemoveAll(mount => mount.Destination == "/dev/shm");
        if (settings.Ipc != NamespaceMode.Host) return;
        foreach (var path in (ReadOnlySpan<string>)["/dev/shm", "/dev/mqueue"])
        {
            var mount = mounts.Find(mount => mount.Destination == path)!;
            (mount.Type, mount.Source, mount.Options) = ("bind", path, ["rbind", "rprivate", "nosuid", "noexec", "nodev"]);
        }
    }

    private static void Add(List<LinuxNamespace> namespaces, SpecInput input, string type, string? mode)
    {
        if (mode == NamespaceMode.Host) return;
        var path = NamespaceMode.ContainerOf(mode) is null ? null : string.Create(CultureInfo.InvariantCulture, $"/proc/{input.SharedContainers[mode!]}/ns/{type}");
        namespaces.Add(new() { Type = type, Path = path });
    }
}
