using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Oci;
using System.Text;

namespace ContainerPS.Engine.Containers;

/// <summary>The device nodes of this machine, which a privileged container is given.</summary>
internal static unsafe class HostDevices
{
    // These the container has of its own.
    private static readonly string[] s_own = ["pts", "shm", "mqueue", "fd", "console", "ptmx", "null", "zero", "full", "random", "urandom", "tty"];

    /// <summary>All character and block devices below /dev.</summary>
    internal static List<LinuxDevice> List()
    {
        var devices = new List<LinuxDevice>();
        Add(devices, "/dev", top: true);
        return devices;
    }

    /// <summary>The device nodes at, or below, each path that the settings name.</summary>
    /// <exception cref="InvalidSettingException">There is no such node, or a limit is for one that is no disk.</exception>
    internal static IReadOnlyDictionary<string, IReadOnlyList<LinuxDevice>> Find(ContainerSettings settings)
    {
        var found = new Dictionary<string, IReadOnlyList<LinuxDevice>>();
        foreach (var device in settings.Devices) found[device.HostPath] = Nodes(device.HostPath);
        foreach (var (parameter, paths) in LimitedDisks(settings))
        {
            foreach (var path in paths)
            {
                if (Device(Target(path)) is not { Type: "b" } disk)
                    throw new InvalidSettingException(parameter, path, $"-{parameter} '{path}' is refused. It is not a block device of this machine; /proc/partitions lists those.");
                found.TryAdd(path, [disk]);
            }
        }

        return found;
    }

    private static IEnumerable<(string Parameter, IEnumerable<string> Paths)> LimitedDisks(ContainerSettings settings) =>
    [
        ("BlockIOWeightDevice", settings.BlockIOWeightDevices.Select(limit => limit.Path)),
        ("DeviceReadBps", settings.DeviceReadBps.Select(limit => limit.Path)),
        ("DeviceWriteBps", settings.DeviceWriteBps.Select(limit => limit.Path)),
        ("DeviceReadIops", settings.DeviceReadIops.Select(limit => limit.Path)),
        ("DeviceWriteIops", settings.DeviceWriteIops.Select(limit => limit.Path)),
    ];

    // A link to a device is the device under the link's name; a folder is all devices in it.
    private static List<LinuxDevice> Nodes(string path)
    {
        var target = Target(path);
        if (Device(target) is { } device) return [device with { Path = path }];
        var devices = new List<LinuxDevice>();
        if (Directory.Exists(target)) Add(devices, target, top: false);
        if (devices.Count == 0) throw new InvalidSettingException("Device", path, $"-Device '{path}' is refused. There is no device at that path on this machine.");
        return [.. devices.Select(node => node with { Path = path + node.Path![target.Length..] })];
    }

    private static string Target(string path) => !Path.Exists(path) ? path : File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;

    private static void Add(List<LinuxDevice> devices, string folder, bool top)
    {
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
        {
            if (entry.LinkTarget is not null || (top && s_own.Contains(entry.Name))) continue;
            if (entry is DirectoryInfo) Add(devices, entry.FullName, top: false);
            else if (Device(entry.FullName) is { } device) devices.Add(device);
        }
    }

    private static LinuxDevice? Device(string path)
    {
        // struct statx: stx_uid at 20, stx_gid at 24, stx_mode at 28, stx_rdev_major at 128, stx_rdev_minor at 132.
        var statx = stackalloc byte[256];
        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
        {
            const int AT_FDCWD = -100;
            const int AT_SYMLINK_NOFOLLOW = 0x100;
            const int STATX_BASIC_STATS = 0x7ff;
            if (Syscall.Raw(Syscall.Number(332, 291), AT_FDCWD, (nint)name, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, (nint)statx) < 0) return null;
        }

        var mode = *(ushort*)(statx + 28);
        var type = (mode & 0xf000) switch { 0x2000 => "c", 0x6000 => "b", _ => null };
        if (type is null) return null;
        return new LinuxDevice
        {
            Path = path,
            Type = type,
            Major = *(uint*)(statx + 128),
            Minor = *(uint*)(statx + 132),
            FileMode = (uint)(mode & 0xfff),
            Uid = *(uint*)(statx + 20),
            Gid = *(uint*)(statx + 24),
        };
    }
}
