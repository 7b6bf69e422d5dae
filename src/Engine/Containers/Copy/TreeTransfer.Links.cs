using System.Runtime.InteropServices;
using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Containers;

// Symbolic links, device nodes and fifos; and files with several names, which are one file in the copy, too.
internal sealed unsafe partial class TreeTransfer
{
    private readonly Dictionary<(ulong, uint, uint), FirstName> _links = [];

    /// <summary>Where a file with several names was copied to: the directories from the top, and what the copy is.</summary>
    private sealed record FirstName(byte[][] Path, (ulong, uint, uint) Identity);

    private void CopySpecial(int source, in Syscall.statx_t status, int target, byte* name)
    {
        var result = Make(source, status, target, name);
        if (result == -LibC.EEXIST)
        {
            CheckReplaceable(target, name);
            fixed (byte* temporary = TemporaryName())
            {
                Check(Make(source, status, target, temporary), "make");
                Finish(status, target, temporary);
                result = Syscall.renameat2(target, temporary, target, name, 0);
                if (result < 0) Syscall.unlinkat(target, temporary, 0);
                Check(result, "rename");
            }

            return;
        }

        Check(result, "make");
        Finish(status, target, name);
    }

    private static int Make(int source, in Syscall.statx_t status, int target, byte* name)
    {
        if (status.Type != FileBits.S_IFLNK)
            return Syscall.mknodat(target, name, status.Type | 0x180 /* 0600 */, Syscall.makedev(status.stx_rdev_major, status.stx_rdev_minor));
        var text = stackalloc byte[4097];
        byte empty = 0;
        var length = Syscall.readlinkat(source, &empty, text, 4096);
        if (length < 0) return length;
        text[length] = 0;
        return Syscall.symlinkat(text, target, name);
    }

    // By a descriptor of what was made. Somebody in the container could have put another file in its place, which must not be given away.
    private void Finish(in Syscall.statx_t status, int target, byte* name)
    {
        using var made = new SafeFileHandle(Check(Syscall.openat(target, name, LibC.O_PATH | LibC.O_NOFOLLOW | LibC.O_CLOEXEC), "open"), ownsHandle: true);
        var now = EntryStatus.Of(made);
        if (now.Type != status.Type || now.stx_nlink != 1 || now.stx_uid != _user)
            throw new ContainerEngineException("Changed", ErrorKind.InvalidState, $"'{TargetName()}' was exchanged for something else while it was made. Copy again.", TargetName());
        byte empty = 0;
        if (_rules.KeepOwner) Check(Syscall.fchownat(made.Number(), &empty, status.stx_uid, status.stx_gid, LibC.AT_EMPTY_PATH), "change owner");
        if (status.Type != FileBits.S_IFLNK)
        {
            fixed (byte* path = CopyPath.Bytes($"/proc/self/fd/{made.Number()}"))
                Check(Syscall.fchmodat(LibC.AT_FDCWD, path, ModeOf(status)), "change mode");
        }

        SetTimes(made.Number(), &empty, status, LibC.AT_EMPTY_PATH);
    }

    /// <summary>Makes the file a further name of the copy of its first one.</summary>
    private bool TryLink(in Syscall.statx_t status, int target, byte* name)
    {
        if (status.stx_nlink < 2) return false;
        var key = IdentityOf(status);
        if (!_links.TryGetValue(key, out var first)) return false;
        using var parent = OpenParent(first);
        if (parent is null) return false;
        fixed (byte* firstName = first.Path[^1])
        {
            if (!EntryStatus.TryGet(parent.Number(), firstName, out var there) || IdentityOf(there) != first.Identity) return false;
            var result = Syscall.linkat(parent.Number(), firstName, target, name, 0);
            if (result != -LibC.EEXIST) return result == 0;
            CheckReplaceable(target, name);
            fixed (byte* temporary = TemporaryName())
            {
                if (Syscall.linkat(parent.Number(), firstName, target, temporary, 0) < 0) return false;
                result = Syscall.renameat2(target, temporary, target, name, 0);

                // Of two names of one file the kernel leaves both.
                Syscall.unlinkat(target, temporary, 0);
                return result == 0;
            }
        }
    }

    private void Remember(in Syscall.statx_t status, int copy)
    {
        if (status.stx_nlink > 1) _links.TryAdd(IdentityOf(status), new FirstName([.. _names], IdentityOf(EntryStatus.Of(copy))));
    }

    // Through directories alone, as they were made.
    private SafeFileHandle? OpenParent(FirstName first)
    {
        var path = new List<byte> { (byte)'.' };
        foreach (var name in first.Path.AsSpan(0, first.Path.Length - 1))
        {
            path.Add((byte)'/');
            path.AddRange(name.AsSpan(0, name.Length - 1));
        }

        path.Add(0);
        nint fd;
        fixed (byte* text = CollectionsMarshal.AsSpan(path))
            fd = Syscall.openat2(_top, text, LibC.O_PATH | LibC.O_DIRECTORY | LibC.O_CLOEXEC, 0, Syscall.RESOLVE_BENEATH | Syscall.RESOLVE_NO_SYMLINKS);
        return fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : null;
    }
}
