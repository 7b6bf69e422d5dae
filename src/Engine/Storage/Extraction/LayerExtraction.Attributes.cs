using System.Text;
using ContainerPS.Engine.Linux;
using Tmds.Linux;

namespace ContainerPS.Engine.Storage;

// Owner, mode, times and extended attributes, always of the file itself and never of what a link leads to.
internal sealed unsafe partial class LayerExtraction
{
    private const int MostSkippedNames = 100;

    private readonly List<FinishedDirectory> _finish = [];
    private readonly SortedSet<string> _skippedXattrs = new(StringComparer.Ordinal);

    /// <summary>A directory whose times are set when nothing more is made in it. The default ACL waits as well: children made before would inherit it.</summary>
    private readonly record struct FinishedDirectory(byte[] Path, TarTime Access, TarTime Modified, byte[]? DefaultAcl);

    private static FinishedDirectory Finish(byte[] path, TarEntry entry)
    {
        byte[]? acl = null;
        foreach (var xattr in entry.Xattrs)
        {
            if (IsDefaultAcl(xattr)) acl = xattr.Value;
        }

        return new FinishedDirectory(path, entry.AccessTime ?? entry.ModifiedTime, entry.ModifiedTime, acl);
    }

    private static void Fill(Syscall.timespec64* times, TarTime access, TarTime modified)
    {
        times[0] = new Syscall.timespec64 { tv_sec = access.Seconds, tv_nsec = access.Nanoseconds };
        times[1] = new Syscall.timespec64 { tv_sec = modified.Seconds, tv_nsec = modified.Nanoseconds };
    }

    private void SetTimes(TarEntry entry, int directory, byte* name)
    {
        var times = stackalloc Syscall.timespec64[2];
        Fill(times, entry.AccessTime ?? entry.ModifiedTime, entry.ModifiedTime);
        Check("utimensat", entry, Syscall.utimensat(directory, name, times, LibC.AT_SYMLINK_NOFOLLOW));
    }

    private void ChangeOwner(TarEntry entry, int directory, byte* name) =>
        Check("fchownat", entry, Syscall.fchownat(directory, name, entry.Uid, entry.Gid, LibC.AT_SYMLINK_NOFOLLOW));

    // fchmodat(2) follows links and knows no flag against it before Linux 6.6; an O_PATH descriptor is the thing itself.
    private static void ChangeMode(int directory, byte* name, uint mode)
    {
        var fd = Syscall.openat(directory, name, LibC.O_PATH | LibC.O_NOFOLLOW | LibC.O_CLOEXEC);
        if (fd < 0) throw new KernelException("open", TarText.Display(System.Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name)), -fd);
        int result;
        fixed (byte* path = DescriptorPath(fd, default))
            result = Syscall.fchmodat(LibC.AT_FDCWD, path, mode);
        LibC.close(fd);
        if (result < 0) throw new KernelException("chmod", TarText.Display(System.Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name)), -result);
    }

    private void ApplyRoot(TarEntry entry)
    {
        fixed (byte* dot = ".\0"u8)
        {
            ChangeOwner(entry, _root.Fd, dot);
            ChangeMode(_root.Fd, dot, entry.Mode);
            if (entry.Xattrs.Count > 0) SetXattrs(entry, _root.Fd, dot);
        }

        _directories.ForgetAllBut(null);
        _finish.Add(Finish("."u8.ToArray(), entry));
    }

    // What the engine's own folder has as default ACL is no part of an image.
    private void RemoveInheritedAcl()
    {
        byte* dot = stackalloc byte[] { (byte)'.', 0 };
        var fd = _root.TryOpen(dot, LibC.O_RDONLY | LibC.O_DIRECTORY);
        if (fd < 0) throw new KernelException("open", _root.Path, -fd);
        fixed (byte* name = "system.posix_acl_default\0"u8)
            Syscall.fremovexattr(fd, name);
        LibC.close(fd);
    }

    private void SetXattrs(TarEntry entry, int fd)
    {
        foreach (var xattr in entry.Xattrs)
        {
            if (!MaySet(xattr)) continue;
            fixed (byte* name = (byte[])[.. xattr.Name, 0], value = xattr.Value)
                CheckXattr(entry, xattr, Syscall.fsetxattr(fd, name, value, xattr.Value.Length, 0));
        }
    }

    // There is no lsetxattrat before Linux 6.13: /proc leads through the directory's descriptor, and the last component is not followed.
    private void SetXattrs(TarEntry entry, int directory, byte* name)
    {
        foreach (var xattr in entry.Xattrs)
        {
            if (!MaySet(xattr)) continue;
            if (entry.Type == TarEntryType.Directory && IsDefaultAcl(xattr)) continue;
            SetXattr(entry, directory, name, xattr);
        }
    }

    private void SetXattr(TarEntry entry, int directory, byte* name, TarXattr xattr)
    {
        var path = DescriptorPath(directory, System.Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name));
        fixed (byte* file = path, key = (byte[])[.. xattr.Name, 0], value = xattr.Value)
            CheckXattr(entry, xattr, Syscall.lsetxattr(file, key, value, xattr.Value.Length, 0));
    }

    private static bool IsDefaultAcl(TarXattr xattr) => xattr.Name.AsSpan().SequenceEqual("system.posix_acl_default"u8);

    // trusted.* is the kernel's and the engine's: by it a layer could make overlayfs look elsewhere (trusted.overlay.redirect; user.overlay.* with userxattr).
    private bool MaySet(TarXattr xattr)
    {
        var name = xattr.Name.AsSpan();
        if (!name.StartsWith("trusted."u8) && !name.StartsWith("user.overlay."u8)) return true;
        Skip(xattr);
        return false;
    }

    private void CheckXattr(TarEntry entry, TarXattr xattr, int result)
    {
        if (result >= 0) return;
        var name = TarText.Display(xattr.Name);
        // File capabilities are part of how programs work; without them a container would fail in ways hard to understand.
        if (name == "security.capability" && _uid == 0)
        {
            if (result == -LibC.EINVAL) throw Refused(entry, "its security.capability is malformed");
            throw Failed("setxattr security.capability", entry, -result);
        }

        // Full means that the file system has no room for this file's attributes; a full disk shows at the next file.
        if (result != -LibC.EOPNOTSUPP && result != -LibC.EPERM && result != -LibC.EACCES && result != -LibC.EINVAL
            && result != -LibC.ENOSPC && result != -LibC.E2BIG && result != -LibC.ERANGE)
            throw Failed($"setxattr {name}", entry, -result);
        Skip(xattr);
    }

    private void Skip(TarXattr xattr)
    {
        if (_skippedXattrs.Count < MostSkippedNames) _skippedXattrs.Add(TarText.Display(xattr.Name));
    }

    private void FinishDirectories()
    {
        var times = stackalloc Syscall.timespec64[2];
        byte* dot = stackalloc byte[] { (byte)'.', 0 };
        foreach (var directory in _finish)
        {
            int fd;
            fixed (byte* path = (byte[])[.. directory.Path, 0])
                fd = _root.TryOpen(path, LibC.O_PATH | LibC.O_DIRECTORY | LibC.O_NOFOLLOW);
            // A later entry has put something else in its place.
            if (fd < 0) continue;
            if (directory.DefaultAcl is { } acl) SetDefaultAcl(fd, acl);
            Fill(times, directory.Access, directory.Modified);
            var result = Syscall.utimensat(fd, dot, times, 0);
            LibC.close(fd);
            if (result < 0) throw new KernelException("utimensat", TarText.Display(directory.Path), -result);
        }
    }

    private void SetDefaultAcl(int directory, byte[] acl)
    {
        fixed (byte* file = DescriptorPath(directory, "."u8), name = "system.posix_acl_default\0"u8, value = acl)
        {
            if (Syscall.lsetxattr(file, name, value, acl.Length, 0) < 0) Skip(new TarXattr("system.posix_acl_default"u8.ToArray(), acl));
        }
    }

    private static byte[] DescriptorPath(int fd, ReadOnlySpan<byte> name) => name.IsEmpty
        ? Encoding.ASCII.GetBytes($"/proc/self/fd/{fd}\0")
        : [.. Encoding.ASCII.GetBytes($"/proc/self/fd/{fd}/"), .. name, 0];
}
