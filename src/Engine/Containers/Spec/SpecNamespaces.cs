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
        Add(namespaces, input, "network", settings.Network);
        return namespaces;
    }

    /// <summary>Puts what belongs to the IPC namespace in place of a container's own: nothing, or the shared memory of the host or the other container.</summary>
    internal static void ChangeMounts(List<Mount> mounts, SpecInput input)
    {
        var mode = input.Settings.Ipc;
        if (mode == "none") mounts.RemoveAll(mount => mount.Destination == SharedMemory);
        var source = mode == NamespaceMode.Host ? SharedMemory : NamespaceMode.ContainerOf(mode) is null ? null : MemoryOf(input.SharedContainers[mode!]);
        if (source is null) return;
        var mount = mounts.Find(mount => mount.Destination == SharedMemory)!;
        (mount.Type, mount.Source, mount.Options) = ("bind", source, ["rbind", "rprivate", "nosuid", "noexec", "nodev"]);
    }

    /// <summary>Puts other processes' namespaces, and their shared memory, into a spec that shares such.</summary>
    internal static void Share(RuntimeSpec spec, ContainerSettings settings, IReadOnlyDictionary<string, int> containers)
    {
        foreach (var (type, mode) in (ReadOnlySpan<(string, string?)>)[("pid", settings.Pid), ("ipc", settings.Ipc), ("network", settings.Network)])
        {
            if (NamespaceMode.ContainerOf(mode) is null) continue;
            var pid = containers[mode!];
            spec.Linux!.Namespaces!.Find(one => one.Type == type)!.Path = PathOf(pid, type);
            if (type == "ipc") spec.Mounts!.Find(mount => mount.Destination == SharedMemory)!.Source = MemoryOf(pid);
        }
    }

    private static void Add(List<LinuxNamespace> namespaces, SpecInput input, string type, string? mode)
    {
        if (mode == NamespaceMode.Host) return;
        namespaces.Add(new() { Type = type, Path = NamespaceMode.ContainerOf(mode) is null ? null : PathOf(input.SharedContainers[mode!], type) });
    }

    private static string PathOf(int pid, string type) => string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/ns/{(type == "network" ? "net" : type)}");

    private static string MemoryOf(int pid) => string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/root{SharedMemory}");
}
