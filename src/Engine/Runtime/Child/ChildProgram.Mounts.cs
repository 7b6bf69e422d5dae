using ContainerPS.Engine.Linux;
using Tmds.Linux;

namespace ContainerPS.Engine.Runtime;

// The root file system and what is mounted in it. Everything is mounted by descriptor, on targets resolved inside the root.
internal static unsafe partial class ChildProgram
{
    /// <summary>Mounts the detached tree <c>Fd</c> over <c>Path</c>, a directory of the caller's; it is the container's root from now on.</summary>
    private static nint AttachRoot(ChildOperation* operation, ChildDescriptors* descriptors)
    {
        byte empty = 0;
        descriptors->Root = operation->Fd;
        return Syscall.move_mount(operation->Fd, &empty, ChildCalls.AT_FDCWD, operation->Path, Syscall.MOVE_MOUNT_F_EMPTY_PATH | Syscall.MOVE_MOUNT_T_SYMLINKS);
    }

    /// <summary>The root of a mount namespace that was joined.</summary>
    private static nint OpenRoot(byte* path, ChildDescriptors* descriptors)
    {
        var result = ChildCalls.openat(ChildCalls.AT_FDCWD, path, ChildCalls.O_PATH | ChildCalls.O_DIRECTORY);
        descriptors->Root = (int)result;
        return result;
    }

    /// <summary>
    /// The overlay on kernels before 6.8, which take all layers as one text: <c>Data</c> are the options with layers relative to
    /// <c>Text</c>, <c>Path</c> is the directory to mount over.
    /// </summary>
    private static nint MountOverlay(ChildOperation* operation, ChildDescriptors* descriptors)
    {
        var result = ChildCalls.chdir(operation->Text);
        if (result < 0) return result;
        fixed (byte* type = "overlay"u8)
            result = Syscall.mount(type, operation->Path, type, 0, operation->Data);
        if (result < 0) return result;
        result = ChildCalls.openat(ChildCalls.AT_FDCWD, operation->Path, ChildCalls.O_PATH | ChildCalls.O_DIRECTORY);
        descriptors->Root = (int)result;
        return result;
    }

    /// <summary>
    /// Mounts a new file system of type <c>Text</c> with the <c>Length</c> parameters at <c>Data</c>, attributes <c>Set</c> and
    /// <c>Propagation</c> on <c>Path</c>; <c>Flags</c> are a <see cref="ChildPath"/>.
    /// </summary>
    private static nint Mount(ChildOperation* operation, ChildDescriptors* descriptors)
    {
        var target = OpenTarget(descriptors->Root, operation->Path, (ChildPath)operation->Flags);
        if (target < 0) return target;
        var context = Syscall.fsopen(operation->Text, Syscall.FSOPEN_CLOEXEC);
        if (context < 0) return context;
        byte empty = 0;
        var parameters = (MountParameter*)operation->Data;
        nint result = 0;
        for (var i = 0; i < operation->Length && result >= 0; i++)
            result = Syscall.fsconfig((int)context, parameters[i].Value == null ? Syscall.FSCONFIG_SET_FLAG : Syscall.FSCONFIG_SET_STRING, parameters[i].Key, parameters[i].Value);
        if (result >= 0 && ((ChildPath)operation->Flags & ChildPath.KeepMode) != 0) result = KeepMode((int)context, (int)target);
        if (result >= 0) result = Syscall.fsconfig((int)context, Syscall.FSCONFIG_CMD_CREATE, null, null);
        if (result >= 0) result = Syscall.fsmount((int)context, Syscall.FSMOUNT_CLOEXEC, operation->Set);
        _ = ChildCalls.close((int)context);
        if (result < 0) return result;
        var mount = (int)result;
        if (operation->Propagation != 0) result = SetAttributes(mount, 0, 0, operation->Propagation, false);
        if (result >= 0) result = Syscall.move_mount(mount, &empty, (int)target, &empty, Syscall.MOVE_MOUNT_F_EMPTY_PATH | Syscall.MOVE_MOUNT_T_EMPTY_PATH);
        _ = ChildCalls.close(mount);
        _ = ChildCalls.close((int)target);
        return result;
    }

    /// <summary>Mounts the detached tree <c>Fd</c> on <c>Path</c>.</summary>
    private static nint AttachMount(ChildOperation* operation, ChildDescriptors* descriptors)
    {
        var target = OpenTarget(descriptors->Root, operation->Path, (ChildPath)operation->Flags);
        if (target < 0) return target;
        byte empty = 0;
        var result = Syscall.move_mount(operation->Fd, &empty, (int)target, &empty, Syscall.MOVE_MOUNT_F_EMPTY_PATH | Syscall.MOVE_MOUNT_T_EMPTY_PATH);
        _ = ChildCalls.close((int)target);
        return result;
    }

    /// <summary>Changes what is mounted at <c>Path</c>, or the root itself without one.</summary>
    private static nint SetMountAttributes(ChildOperation* operation, ChildDescriptors* descriptors)
    {
        var recursive = ((ChildPath)operation->Flags & ChildPath.Recursive) != 0;
        if (operation->Path == null) return SetAttributes(descriptors->Root, operation->Set, operation->Clear, operation->Propagation, recursive);
        var target = Syscall.OpenInRoot(descriptors->Root, operation->Path, ChildCalls.O_PATH | ChildCalls.O_CLOEXEC);
        if (target < 0) return target;
        var result = SetAttributes((int)target, operation->Set, operation->Clear, operation->Propagation, recursive);
        _ = ChildCalls.close((int)target);
        return result;
    }

    private static nint SetAttributes(int mount, ulong set, ulong clear, ulong propagation, bool recursive)
    {
        if ((set | clear | propagation) == 0) return 0;
        byte empty = 0;
        var attributes = new Syscall.mount_attr { attr_set = set, attr_clr = clear, propagation = propagation };
        return Syscall.mount_setattr(mount, &empty, Syscall.AT_EMPTY_PATH | (recursive ? Syscall.AT_RECURSIVE : 0), &attributes);
    }

    /// <summary>Gives a tmpfs the permissions of the directory it will cover.</summary>
    private static nint KeepMode(int context, int target)
    {
        var result = ChildCalls.fstat(target, out var mode, out _);
        if (result < 0) return result;
        var octal = stackalloc byte[5];
        for (var i = 0; i < 4; i++) octal[i] = (byte)('0' + ((mode >> (9 - (3 * i))) & 7));
        octal[4] = 0;
        fixed (byte* key = "mode"u8)
            return Syscall.fsconfig(context, Syscall.FSCONFIG_SET_STRING, key, octal);
    }

    /// <summary>Covers a directory by an empty read-only tmpfs, anything else by the null device; what is not there needs no cover.</summary>
    private static nint MaskPath(ChildOperation* operation, ChildDescriptors* descriptors)
    {
        var target = Syscall.OpenInRoot(descriptors->Root, operation->Path, ChildCalls.O_PATH | ChildCalls.O_CLOEXEC);
        if (target == -LibC.ENOENT || target == -LibC.ENOTDIR) return 0;
        if (target < 0) return target;
        var result = ChildCalls.fstat((int)target, out var mode, out _);
        if (result < 0) return result;
        byte empty = 0;
        var firstMask = false;
        if ((mode & ChildCalls.S_IFMT) == ChildCalls.S_IFDIR)
        {
            if (descriptors->Mask < 0)
            {
                firstMask = true;
                result = MakeMask(operation);
                descriptors->Mask = (int)result;
            }
            else
            {
                result = Syscall.open_tree(descriptors->Mask, &empty, Syscall.OPEN_TREE_CLONE | Syscall.OPEN_TREE_CLOEXEC | Syscall.AT_EMPTY_PATH);
            }
        }
        else
        {
            result = Syscall.open_tree(descriptors->Null, &empty, Syscall.OPEN_TREE_CLONE | Syscall.OPEN_TREE_CLOEXEC | Syscall.AT_EMPTY_PATH);
        }

        if (result < 0) return result;
        var cover = (int)result;
        result = Syscall.move_mount(cover, &empty, (int)target, &empty, Syscall.MOVE_MOUNT_F_EMPTY_PATH | Syscall.MOVE_MOUNT_T_EMPTY_PATH);
        if (!firstMask) _ = ChildCalls.close(cover);
        _ = ChildCalls.close((int)target);
        return result;
    }

    /// <summary>The tmpfs of all masked directories: one file system, of which the first directory gets the mount and the others clones.</summary>
    private static nint MakeMask(ChildOperation* operation)
    {
        fixed (byte* type = "tmpfs"u8)
        {
            var context = Syscall.fsopen(type, Syscall.FSOPEN_CLOEXEC);
            if (context < 0) return context;
            var parameters = (MountParameter*)operation->Data;
            nint result = 0;
            for (var i = 0; i < operation->Length && result >= 0; i++)
                result = Syscall.fsconfig((int)context, Syscall.FSCONFIG_SET_STRING, parameters[i].Key, parameters[i].Value);
            if (result >= 0) result = Syscall.fsconfig((int)context, Syscall.FSCONFIG_CMD_CREATE, null, null);
            if (result >= 0) result = Syscall.fsmount((int)context, Syscall.FSMOUNT_CLOEXEC, operation->Set);
            _ = ChildCalls.close((int)context);
            return result;
        }
    }

    /// <summary>Mounts a path read-only over itself, with what is mounted below.</summary>
    private static nint ProtectPath(ChildOperation* operation, ChildDescriptors* descriptors)
    {
        var target = Syscall.OpenInRoot(descriptors->Root, operation->Path, ChildCalls.O_PATH | ChildCalls.O_CLOEXEC);
        if (target == -LibC.ENOENT || target == -LibC.ENOTDIR) return 0;
        if (target < 0) return target;
        byte empty = 0;
        var tree = Syscall.open_tree((int)target, &empty, Syscall.OPEN_TREE_CLONE | Syscall.OPEN_TREE_CLOEXEC | Syscall.AT_EMPTY_PATH | Syscall.AT_RECURSIVE);
        if (tree < 0) return tree;
        var result = SetAttributes((int)tree, Syscall.MOUNT_ATTR_RDONLY, 0, 0, true);
        if (result >= 0) result = Syscall.move_mount((int)tree, &empty, (int)target, &empty, Syscall.MOVE_MOUNT_F_EMPTY_PATH | Syscall.MOVE_MOUNT_T_EMPTY_PATH);
        _ = ChildCalls.close((int)tree);
        _ = ChildCalls.close((int)target);
        return result;
    }

    /// <summary>The root replaces the caller's: stacked on it, which is then taken away (man 2 pivot_root, "pivot_root(".", ".")").</summary>
    private static nint PivotRoot(ChildDescriptors* descriptors)
    {
        var here = (ushort)'.';
        var top = (ushort)'/';
        var result = ChildCalls.fchdir(descriptors->Root);
        if (result >= 0) result = Syscall.pivot_root((byte*)&here, (byte*)&here);
        if (result >= 0) result = Syscall.umount2((byte*)&here, Syscall.MNT_DETACH);
        return result < 0 ? result : ChildCalls.chdir((byte*)&top);
    }

    /// <summary>Takes away what is mounted at the paths <c>Data</c>, or covers it; the root is moved over the caller's, which no path leads to then.</summary>
    private static nint MoveRoot(ChildOperation* operation, ChildDescriptors* descriptors)
    {
        var here = (ushort)'.';
        var top = (ushort)'/';
        nint result;
        fixed (byte* type = "tmpfs"u8)
        {
            for (var path = (byte**)operation->Data; *path != null; path++)
            {
                result = Syscall.umount2(*path, Syscall.MNT_DETACH);
                if (result == -LibC.EINVAL || result == -LibC.EPERM) result = Syscall.mount(type, *path, type, 0, null);

                // What one of them was mounted in is gone already.
                if (result < 0 && result != -LibC.ENOENT) return result;
            }
        }

        result = ChildCalls.fchdir(descriptors->Root);
        if (result >= 0) result = Syscall.mount((byte*)&here, (byte*)&top, null, Syscall.MS_MOVE, null);
        if (result >= 0) result = ChildCalls.chroot((byte*)&here);
        return result < 0 ? result : ChildCalls.chdir((byte*)&top);
    }
}
