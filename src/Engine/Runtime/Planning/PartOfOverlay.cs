using System.Text;
using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Runtime;

/// <summary>A file or directory out of an overlay (option <c>X-mount.subdir</c>, as of mount(8)), attached nowhere yet. No link in the overlay leads out of it.</summary>
internal static unsafe class PartOfOverlay
{
    private const string Option = "X-mount.subdir";

    /// <summary>Takes the option from those of an overlay; null when all of it is to be mounted.</summary>
    internal static string? TakePart(string type, MountOptions options)
    {
        var at = type == "overlay" ? options.Parameters.FindIndex(static parameter => parameter.Key == Option) : -1;
        if (at < 0) return null;
        var part = options.Parameters[at].Value;
        options.Parameters.RemoveAt(at);
        return part;
    }

    /// <summary>Makes it.</summary>
    /// <param name="options">Parameters and attributes of the overlay.</param>
    /// <param name="part">Path in it.</param>
    /// <param name="field">What errors call the mount.</param>
    internal static DetachedTree Open(MountOptions options, string part, string field)
    {
        using var overlay = new SafeFileHandle(OpenOverlay(options, field), ownsHandle: true);
        nint place;
        fixed (byte* path = Encoding.UTF8.GetBytes(part + '\0'))
            place = Syscall.OpenInRoot(overlay.Number(), path, LibC.O_PATH | LibC.O_CLOEXEC);
        if (place < 0) throw new RuntimeStepException("open part of mount", part, (int)-place, field: field);
        using var handle = new SafeFileHandle(place, ownsHandle: true);
        byte empty = 0;
        var tree = Syscall.open_tree(handle.Number(), &empty, Syscall.OPEN_TREE_CLONE | Syscall.OPEN_TREE_CLOEXEC | Syscall.AT_EMPTY_PATH);
        if (tree == -LibC.EINVAL) throw new RuntimeStepException("open part of mount", part, LibC.EINVAL, "A part of an image with several layers needs Linux 6.15; mount all of it.", field: field);
        if (tree < 0) throw new RuntimeStepException("open part of mount", part, (int)-tree, field: field);
        _ = ChildCalls.fstat((int)tree, out var mode, out _);
        return new DetachedTree(new SafeFileHandle(tree, ownsHandle: true), (mode & ChildCalls.S_IFMT) == ChildCalls.S_IFDIR, IsProc: false);
    }

    private static nint OpenOverlay(MountOptions options, string field)
    {
        nint fd;
        fixed (byte* type = "overlay\0"u8) fd = Syscall.fsopen(type, Syscall.FSOPEN_CLOEXEC);
        if (fd < 0) throw new RuntimeStepException("open file system", "overlay", (int)-fd, field: field);
        using var context = new SafeFileHandle(fd, ownsHandle: true);
        foreach (var (key, value) in options.Parameters)
        {
            nint result;
            fixed (byte* name = Encoding.UTF8.GetBytes(key + '\0'))
            fixed (byte* text = value is null ? null : Encoding.UTF8.GetBytes(value + '\0'))
                result = Syscall.fsconfig(context.Number(), value is null ? Syscall.FSCONFIG_SET_FLAG : Syscall.FSCONFIG_SET_STRING, name, text);
            if (result < 0) throw new RuntimeStepException("mount overlay", key, (int)-result, field: $"{field}.options");
        }

        var created = Syscall.fsconfig(context.Number(), Syscall.FSCONFIG_CMD_CREATE, null, null);
        if (created < 0) throw new RuntimeStepException("mount overlay", "overlay", (int)-created, field: field);
        var mount = Syscall.fsmount(context.Number(), Syscall.FSMOUNT_CLOEXEC, options.Set | options.RecursiveSet);
        return mount >= 0 ? mount : throw new RuntimeStepException("mount overlay", "overlay", (int)-mount, field: field);
    }
}
