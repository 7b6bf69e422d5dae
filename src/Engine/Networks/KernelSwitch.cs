using System.Text;
using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Networks;

/// <summary>Kernel parameters below <c>/proc/sys/net</c> of the network namespace that the calling thread is in.</summary>
internal static class KernelSwitch
{
    /// <summary>Sets a parameter; nothing happens where the kernel has no such (IPv6 may be left out of it).</summary>
    internal static void Set(string name, string value) => SetAll(Path.GetDirectoryName(name)!, (Path.GetFileName(name), value));

    /// <summary>Sets parameters of a folder; nothing happens with those that the kernel does not have.</summary>
    /// <remarks>The way to the folder is gone once: the kernel looks through the folders of all network namespaces for it.</remarks>
    internal static unsafe void SetAll(string folder, params ReadOnlySpan<(string Name, string Value)> values)
    {
        var place = OpenIn(LibC.AT_FDCWD, PathOf(folder), LibC.O_PATH | LibC.O_DIRECTORY);
        if (place is null) return;
        using (place)
        {
            foreach (var (name, value) in values)
            {
                using var file = OpenIn(place.Number(), name, LibC.O_WRONLY);
                if (file is null) continue;
                nint result;
                var bytes = Encoding.ASCII.GetBytes(value);
                fixed (byte* p = bytes) result = Syscall.write(file.Number(), p, bytes.Length);
                if (result < 0) throw new KernelException("set kernel parameter", $"{folder}/{name}", (int)-result);
            }
        }
    }

    /// <summary>A parameter's value; null where the kernel has no such.</summary>
    internal static string? Get(string name) => File.Exists(PathOf(name)) ? File.ReadAllText(PathOf(name)).Trim() : null;

    // Null where there is no such.
    private static unsafe SafeFileHandle? OpenIn(int folder, string name, int flags)
    {
        int fd;
        fixed (byte* path = Encoding.ASCII.GetBytes(name + '\0')) fd = Syscall.openat(folder, path, flags | LibC.O_CLOEXEC);
        if (fd == -LibC.ENOENT) return null;
        return fd < 0 ? throw new KernelException("open", name, -fd) : new SafeFileHandle(fd, ownsHandle: true);
    }

    private static string PathOf(string name) => "/proc/sys/net/" + name;
}
