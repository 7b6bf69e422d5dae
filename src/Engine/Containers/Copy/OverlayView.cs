using System.Text;
using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Containers;

/// <summary>An overlay of directories that is mounted nowhere: it exists by its descriptor, and is gone with that.</summary>
internal static unsafe class OverlayView
{
    /// <summary>Lays directories over each other, to be read.</summary>
    /// <param name="lower">The directories, uppermost first.</param>
    internal static SafeFileHandle Read(IReadOnlyList<string> lower)
    {
        if (lower.Count == 1) return FileDescriptors.Open(lower[0], LibC.O_RDONLY | LibC.O_DIRECTORY);
        return Mount(lower, null, null, readOnly: true);
    }

    /// <summary>A container's root as it would be when it ran, for writing to it.</summary>
    /// <param name="lower">The image's layers, uppermost first.</param>
    /// <param name="upper">Directory that takes the changes.</param>
    /// <param name="work">Overlay's own directory.</param>
    /// <param name="readOnly">True when nothing may be written to it all the same.</param>
    /// <param name="isVolatile">True when what is written is written back by others: nothing is, at the unmount neither.</param>
    internal static SafeFileHandle Write(IReadOnlyList<string> lower, string upper, string work, bool readOnly, bool isVolatile = false) => Mount(lower, upper, work, readOnly, isVolatile);

    private static SafeFileHandle Mount(IReadOnlyList<string> lower, string? upper, string? work, bool readOnly, bool isVolatile = false)
    {
        nint fd;
        fixed (byte* type = "overlay\0"u8) fd = Syscall.fsopen(type, Syscall.FSOPEN_CLOEXEC);
        if (fd < 0) throw new KernelException("open file system", "overlay", (int)-fd);
        using var context = new SafeFileHandle(fd, ownsHandle: true);
        SetLower(context, lower);
        Set(context, "source"u8, "overlay");
        if (upper is not null)
        {
            Set(context, "upperdir"u8, upper);
            Set(context, "workdir"u8, work!);
            if (isVolatile) SetFlag(context, "volatile"u8);
        }
        else
        {
            // A running container has its upper directory in use, which is refused with an index.
            Set(context, "index"u8, "off");
        }

        Check(Syscall.fsconfig(context.Number(), Syscall.FSCONFIG_CMD_CREATE, null, null), "mount overlay", upper ?? lower[0]);
        var attributes = Syscall.MOUNT_ATTR_NODEV | Syscall.MOUNT_ATTR_NOSUID | (readOnly ? Syscall.MOUNT_ATTR_RDONLY : 0);
        return new SafeFileHandle(Check(Syscall.fsmount(context.Number(), Syscall.FSMOUNT_CLOEXEC, attributes), "mount overlay", upper ?? lower[0]), ownsHandle: true);
    }

    // Kernels before 6.8 take all directories in one text, of at most 255 characters here.
    private static void SetLower(SafeFileHandle context, IReadOnlyList<string> lower)
    {
        for (var i = 0; i < lower.Count; i++)
        {
            var result = TrySet(context, "lowerdir+"u8, lower[i]);
            if (result == -LibC.EINVAL && i == 0)
            {
                Set(context, "lowerdir"u8, string.Join(':', lower));
                return;
            }

            Check(result, "add overlay layer", lower[i]);
        }
    }

    private static void Set(SafeFileHandle context, ReadOnlySpan<byte> key, string value) => Check(TrySet(context, key, value), "set overlay option", value);

    private static void SetFlag(SafeFileHandle context, ReadOnlySpan<byte> key)
    {
        fixed (byte* name = (byte[])[.. key, 0]) Check(Syscall.fsconfig(context.Number(), Syscall.FSCONFIG_SET_FLAG, name, null), "set overlay option", "volatile");
    }

    private static nint TrySet(SafeFileHandle context, ReadOnlySpan<byte> key, string value)
    {
        fixed (byte* name = (byte[])[.. key, 0])
        fixed (byte* text = Encoding.UTF8.GetBytes(value + '\0'))
            return Syscall.fsconfig(context.Number(), Syscall.FSCONFIG_SET_STRING, name, text);
    }

    private static nint Check(nint result, string call, string subject) => result >= 0 ? result : throw new KernelException(call, subject, (int)-result);
}
