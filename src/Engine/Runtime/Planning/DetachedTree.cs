using System.Text;
using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Runtime;

/// <summary>A bind mount that is attached nowhere yet (open_tree, OPEN_TREE_CLONE): gone when it is closed.</summary>
/// <param name="Mount">The mount.</param>
/// <param name="IsDirectory">False when a file is mounted.</param>
/// <param name="IsProc">True when its root is of a procfs.</param>
internal readonly unsafe record struct DetachedTree(SafeFileHandle Mount, bool IsDirectory, bool IsProc)
{
    /// <summary>Clones what is at a path of the caller's.</summary>
    /// <param name="path">Absolute path; one into another process's root (<c>/proc/PID/root/…</c>) is cloned in that process's mount namespace.</param>
    /// <param name="recursive">True to clone what is mounted below, too.</param>
    /// <param name="field">The field of config.json that names it; null when none does.</param>
    internal static DetachedTree Open(string path, bool recursive, string? field = null) => OpenTree(ChildCalls.AT_FDCWD, path, 0, recursive, path, field);

    /// <summary>Clones what is at a path below a folder that containers write to: no link in it leads out.</summary>
    /// <param name="folder">The folder, which is the caller's own.</param>
    /// <param name="inner">Path below it.</param>
    /// <param name="recursive">True to clone what is mounted below, too.</param>
    /// <param name="field">The field of config.json that names it.</param>
    internal static DetachedTree OpenInside(string folder, string inner, bool recursive, string field)
    {
        try
        {
            using var root = RootedDirectory.Open(folder);
            using var place = root.OpenFile(Encoding.UTF8.GetBytes(inner), LibC.O_PATH);
            return OpenTree(place.Number(), "", Syscall.AT_EMPTY_PATH, recursive, Path.Combine(folder, inner), field);
        }
        catch (KernelException e)
        {
            throw new RuntimeStepException("open mount source", Path.Combine(folder, inner), e.Errno, field: field);
        }
    }

    private static DetachedTree OpenTree(int directory, string name, uint flags, bool recursive, string path, string? field)
    {
        nint fd;
        fixed (byte* bytes = Encoding.UTF8.GetBytes(name + '\0'))
            fd = Syscall.open_tree(directory, bytes, flags | Syscall.OPEN_TREE_CLONE | Syscall.OPEN_TREE_CLOEXEC | (recursive ? Syscall.AT_RECURSIVE : 0));
        if (fd == -LibC.EINVAL && ForeignPath.Parse(path) is { } foreign) return foreign.Visit(inner => Open(inner, recursive, field));
        if (fd < 0) throw new RuntimeStepException("open mount source", path, (int)-fd, field: field);
        var handle = new SafeFileHandle((int)fd, ownsHandle: true);
        var result = ChildCalls.fstat((int)fd, out var mode, out _);
        long magic = 0;
        if (result >= 0) result = Syscall.FileSystemOf((int)fd, out magic, out _);
        if (result >= 0) return new DetachedTree(handle, (mode & ChildCalls.S_IFMT) == ChildCalls.S_IFDIR, magic == Syscall.PROC_SUPER_MAGIC);
        handle.Dispose();
        throw new RuntimeStepException("inspect mount source", path, (int)-result, field: field);
    }

    /// <summary>Shows its files with other owners: those that the user namespace gives to the ids on the disk.</summary>
    internal void MapIds(SafeFileHandle userNamespace, bool recursive, string path)
    {
        byte empty = 0;
        var attributes = new Syscall.mount_attr { attr_set = Syscall.MOUNT_ATTR_IDMAP, userns_fd = (ulong)userNamespace.Number() };
        var result = Syscall.mount_setattr(Mount.Number(), &empty, Syscall.AT_EMPTY_PATH | (recursive ? Syscall.AT_RECURSIVE : 0), &attributes);
        if (result == -LibC.EINVAL) throw new RuntimeStepException("map ids of mount", path, LibC.EINVAL, "Its file system does not support id-mapped mounts.");
        if (result < 0) throw new RuntimeStepException("map ids of mount", path, (int)-result);
    }

    /// <summary>Changes attributes and propagation before it is attached.</summary>
    internal void Change(ulong set, ulong clear, ulong propagation, bool recursive, string path)
    {
        if ((set | clear | propagation) == 0) return;
        byte empty = 0;
        var attributes = new Syscall.mount_attr { attr_set = set, attr_clr = clear, propagation = propagation };
        var result = Syscall.mount_setattr((int)Mount.DangerousGetHandle(), &empty, Syscall.AT_EMPTY_PATH | (recursive ? Syscall.AT_RECURSIVE : 0), &attributes);
        if (result < 0) throw new RuntimeStepException("set mount attributes", path, (int)-result);
    }
}
