using ContainerPS.Engine.Linux;
using Tmds.Linux;

namespace ContainerPS.Engine.Storage;

// How each kind of entry is made: with as few system calls as its metadata allows.
internal sealed unsafe partial class LayerExtraction
{
    private const uint SpecialBits = FileBits.S_ISUID | FileBits.S_ISGID | FileBits.S_ISVTX;

    private void ExtractFile(TarEntry entry, DirectoryCache.Directory directory)
    {
        if (_options.MaxBytes is { } most && entry.StoredSize > most - _written)
            throw new InvalidContentException($"The archive's files take more than the {most} bytes allowed, at entry '{entry.DisplayName}'.", entry.DisplayName);
        var name = _path.NamePointer;
        var flags = LibC.O_WRONLY | LibC.O_CREAT | LibC.O_EXCL | LibC.O_NOFOLLOW | LibC.O_CLOEXEC;
        var fd = Syscall.openat(directory.Fd, name, flags, entry.Mode & ~SpecialBits);
        if (fd == -LibC.EEXIST)
        {
            RemoveExisting(entry, directory);
            fd = Syscall.openat(directory.Fd, name, flags, entry.Mode & ~SpecialBits);
        }

        if (fd < 0) throw Failed("open", entry, -fd);
        try
        {
            WriteContent(entry, fd);
            var chown = entry.Uid != _uid || entry.Gid != _gid || directory.SetGid;
            if (chown) Check("fchown", entry, Syscall.fchown(fd, entry.Uid, entry.Gid));
            // A change of owner takes setuid and setgid away, so they come after it.
            if ((entry.Mode & (_umask | SpecialBits)) != 0) Check("fchmod", entry, Syscall.fchmod(fd, entry.Mode));
            if (entry.Xattrs.Count > 0) SetXattrs(entry, fd);
            var times = stackalloc Syscall.timespec64[2];
            Fill(times, entry.AccessTime ?? entry.ModifiedTime, entry.ModifiedTime);
            Check("utimensat", entry, Syscall.utimensat(fd, null, times, 0));
        }
        finally
        {
            LibC.close(fd);
        }

        _bytes = entry.Size > long.MaxValue - _bytes ? long.MaxValue : _bytes + entry.Size;
    }

    private void WriteContent(TarEntry entry, int fd)
    {
        if (entry.Sparse is not { } map)
        {
            WriteStored(entry, fd, 0, entry.Size);
            return;
        }

        var end = 0L;
        foreach (var segment in map)
        {
            WriteStored(entry, fd, segment.Offset, segment.Length);
            if (segment.Length > 0) end = segment.End;
        }

        if (end < entry.Size) Check("ftruncate", entry, Syscall.ftruncate(fd, entry.Size));
    }

    private void WriteStored(TarEntry entry, int fd, long offset, long length)
    {
        while (length > 0)
        {
            _cancellation.ThrowIfCancellationRequested();
            var piece = _reader.ReadStored(length);
            length -= piece.Length;
            _written += piece.Length;
            fixed (byte* start = piece)
            {
                for (var done = 0; done < piece.Length;)
                {
                    var written = Syscall.pwrite(fd, start + done, piece.Length - done, offset);
                    if (written == -LibC.EINTR) continue;
                    if (written < 0) throw Failed("write", entry, (int)-written);
                    done += (int)written;
                    offset += written;
                }
            }
        }
    }

    private void ExtractDirectory(TarEntry entry, DirectoryCache.Directory directory)
    {
        var name = _path.NamePointer;
        var result = Syscall.mkdirat(directory.Fd, name, entry.Mode & ~SpecialBits);
        var existed = false;
        if (result == -LibC.EEXIST)
        {
            var stat = Stat(directory.Fd, name);
            existed = stat.Type == FileBits.S_IFDIR;
            if (!existed)
            {
                if (_options.IntoExisting) throw Refused(entry, "it is a directory, and what is there is none");
                RemoveExisting(entry, directory);
                result = Syscall.mkdirat(directory.Fd, name, entry.Mode & ~SpecialBits);
                if (result == 0 && _options.Whiteouts == WhiteoutMode.Overlay && IsOverlayWhiteout(stat)) SetOpaque(entry, directory.Fd, name);
            }
        }

        if (!existed) Check("mkdir", entry, result);
        if (existed || directory.SetGid || entry.Uid != _uid || entry.Gid != _gid) ChangeOwner(entry, directory.Fd, name);
        if (existed || directory.SetGid || (entry.Mode & (_umask | SpecialBits)) != 0) ChangeMode(directory.Fd, name, entry.Mode);
        if (existed) _directories.ForgetAllBut(directory);
        if (entry.Xattrs.Count > 0) SetXattrs(entry, directory.Fd, name);
        _finish.Add(Finish(_path.ToArray(), entry));
    }

    private void ExtractSymbolicLink(TarEntry entry, DirectoryCache.Directory directory)
    {
        if (entry.LinkName.Length == 0) throw Refused(entry, "the link has no target");
        var name = _path.NamePointer;
        fixed (byte* target = (byte[])[.. entry.LinkName, 0])
        {
            var result = Syscall.symlinkat(target, directory.Fd, name);
            if (result == -LibC.EEXIST)
            {
                RemoveExisting(entry, directory);
                result = Syscall.symlinkat(target, directory.Fd, name);
            }

            Check("symlink", entry, result);
        }

        if (entry.Uid != _uid || entry.Gid != _gid || directory.SetGid) ChangeOwner(entry, directory.Fd, name);
        if (entry.Xattrs.Count > 0) SetXattrs(entry, directory.Fd, name);
        SetTimes(entry, directory.Fd, name);
    }

    private void ExtractHardLink(TarEntry entry, DirectoryCache.Directory directory)
    {
        if (entry.LinkName.Length == 0 || !_linkPath.TrySet(entry.LinkName)) throw Refused(entry, $"its target '{TarText.Display(entry.LinkName)}' lies outside the archive's root");
        // The target's last component isn't followed either: a link to a symbolic link is another name of that link.
        var from = _directories.TryGet(_linkPath.Parent, out var errno);
        var name = _path.NamePointer;
        var result = from is null ? -errno : Link();
        if (result == -LibC.EEXIST && !IsSameFile(from!.Fd, _linkPath.NamePointer, directory.Fd, name))
        {
            RemoveExisting(entry, directory, from);
            result = Link();
        }

        if (result == 0 || result == -LibC.EEXIST) return;
        if (result == -LibC.ENOENT || result == -LibC.EPERM || result == -LibC.ENOTDIR || result == -LibC.ELOOP)
            throw Refused(entry, $"its target '{TarText.Display(entry.LinkName)}' is no file of this archive");
        throw Failed("link", entry, -result);

        int Link() => _linkPath.IsRoot ? -LibC.EPERM : Syscall.linkat(from.Fd, _linkPath.NamePointer, directory.Fd, name, 0);
    }

    private void ExtractNode(TarEntry entry, DirectoryCache.Directory directory)
    {
        var kind = entry.Type switch
        {
            TarEntryType.CharacterDevice => FileBits.S_IFCHR,
            TarEntryType.BlockDevice => FileBits.S_IFBLK,
            _ => FileBits.S_IFIFO,
        };
        if (kind != FileBits.S_IFIFO && !_options.AllowDevices) throw Refused(entry, "device nodes are not allowed here");
        var name = _path.NamePointer;
        var device = Syscall.makedev(entry.DeviceMajor, entry.DeviceMinor);
        var result = Syscall.mknodat(directory.Fd, name, kind | (entry.Mode & ~SpecialBits), device);
        if (result == -LibC.EEXIST)
        {
            RemoveExisting(entry, directory);
            result = Syscall.mknodat(directory.Fd, name, kind | (entry.Mode & ~SpecialBits), device);
        }

        Check("mknod", entry, result);
        if (entry.Uid != _uid || entry.Gid != _gid || directory.SetGid) ChangeOwner(entry, directory.Fd, name);
        if ((entry.Mode & (_umask | SpecialBits)) != 0) ChangeMode(directory.Fd, name, entry.Mode);
        if (entry.Xattrs.Count > 0) SetXattrs(entry, directory.Fd, name);
        SetTimes(entry, directory.Fd, name);
    }

    /// <summary>Removes what is in the way, a link itself and not its target.</summary>
    private void RemoveExisting(TarEntry entry, DirectoryCache.Directory directory, DirectoryCache.Directory? alsoKept = null)
    {
        var result = Syscall.unlinkat(directory.Fd, _path.NamePointer, 0);
        if (result == -LibC.EISDIR && _options.IntoExisting) throw Refused(entry, "it is no directory, and what is there is one");
        if (result == -LibC.EISDIR) result = TreeRemoval.Remove(directory.Fd, _path.NamePointer);

        Check("unlink", entry, result);
        _directories.ForgetAllBut(directory, alsoKept);
    }

    private void Check(string call, TarEntry entry, int result)
    {
        if (result < 0) throw Failed(call, entry, -result);
    }
}
