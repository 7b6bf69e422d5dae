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
