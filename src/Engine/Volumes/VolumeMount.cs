using System.Text;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Runtime;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Volumes;

/// <summary>Mounts on folders of this machine, which are the engine's own.</summary>
internal static unsafe class VolumeMount
{
    private const int UMOUNT_NOFOLLOW = 8;

    /// <summary>Shows a directory of this machine at the folder.</summary>
    internal static void Bind(string source, MountOptions options, string folder)
    {
        nint fd;
        fixed (byte* name = Terminated(source))
            fd = Syscall.open_tree(ChildCalls.AT_FDCWD, name, Syscall.OPEN_TREE_CLONE | Syscall.OPEN_TREE_CLOEXEC | (options.RecursiveBind ? Syscall.AT_RECURSIVE : 0));
        if (fd < 0) throw new KernelException("bind", source, (int)-fd);
        using var mount = new SafeFileHandle(fd, ownsHandle: true);
        SetAttributes(mount, options.Set, options.Clear, options.Propagation, recursive: false, source);
        SetAttributes(mount, options.RecursiveSet, options.RecursiveClear, 0, recursive: true, source);
        Attach(mount, folder);
    }

    /// <summary>Mounts a file system on the folder.</summary>
    internal static void FileSystem(string type, string device, MountOptions options, string folder)
    {
        nint fd;
        fixed (byte* name = Terminated(type)) fd = Syscall.fsopen(name, Syscall.FSOPEN_CLOEXEC);
        if (fd < 0) throw new KernelException("open the file system", type, (int)-fd);
        using var context = new SafeFileHandle(fd, ownsHandle: true);
        Set(context, "source", device);
        foreach (var (key, value) in options.Parameters) Set(context, key, value);
        if ((options.Set & Syscall.MOUNT_ATTR_RDONLY) != 0) Set(context, "ro", null);
        var result = Syscall.fsconfig(context.Number(), Syscall.FSCONFIG_CMD_CREATE, null, null);
        if (result < 0) throw Failure(context, $"mount {type}", device, result);
        fd = Syscall.fsmount(context.Number(), Syscall.FSMOUNT_CLOEXEC, options.Set | options.RecursiveSet);
        if (fd < 0) throw Failure(context, $"mount {type}", device, fd);
        using var mount = new SafeFileHandle(fd, ownsHandle: true);
        Attach(mount, folder);
    }

    /// <summary>Takes away what is mounted on the folder; containers that use it keep their own mounts of it.</summary>
    internal static void Detach(string folder)
    {
        nint result;
        fixed (byte* name = Terminated(folder)) result = Syscall.umount2(name, Syscall.MNT_DETACH | UMOUNT_NOFOLLOW);
        if (result < 0) throw new KernelException("unmount", folder, (int)-result);
    }

    private static void Attach(SafeFileHandle mount, string folder)
    {
        byte empty = 0;
        nint result;
        fixed (byte* name = Terminated(folder))
            result = Syscall.move_mount(mount.Number(), &empty, ChildCalls.AT_FDCWD, name, Syscall.MOVE_MOUNT_F_EMPTY_PATH | Syscall.MOVE_MOUNT_T_SYMLINKS);
        if (result < 0) throw new KernelException("mount on", folder, (int)-result);
    }

    private static void SetAttributes(SafeFileHandle mount, ulong set, ulong clear, ulong propagation, bool recursive, string subject)
    {
        if ((set | clear | propagation) == 0) return;
        byte empty = 0;
        var attributes = new Syscall.mount_attr { attr_set = set, attr_clr = clear, propagation = propagation };
        var result = Syscall.mount_setattr(mount.Number(), &empty, Syscall.AT_EMPTY_PATH | (recursive ? Syscall.AT_RECURSIVE : 0), &attributes);
        if (result < 0) throw new KernelException("set mount attributes", subject, (int)-result);
    }

    private static void Set(SafeFileHandle context, string key, string? value)
    {
        nint result;
        fixed (byte* name = Terminated(key))
        fixed (byte* text = value is null ? null : Terminated(value))
            result = Syscall.fsconfig(context.Number(), value is null ? Syscall.FSCONFIG_SET_FLAG : Syscall.FSCONFIG_SET_STRING, name, text);
        if (result < 0) throw Failure(context, "set mount option", value is null ? key : $"{key}={value}", result);
    }

    // The kernel says in words what it has against it (man 2 fsopen, "message retrieval").
    private static KernelException Failure(SafeFileHandle context, string call, string subject, nint result)
    {
        var buffer = stackalloc byte[512];
        var length = (int)Syscall.read(context.Number(), buffer, 512);
        return new KernelException(length > 2 ? $"{call} ({Encoding.UTF8.GetString(buffer + 2, length - 2).Trim()})" : call, subject, (int)-result);
    }

    private static byte[] Terminated(string text) => Encoding.UTF8.GetBytes(text + '\0');
}
