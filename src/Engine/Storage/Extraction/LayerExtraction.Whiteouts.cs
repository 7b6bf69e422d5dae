using ContainerPS.Engine.Linux;
using Tmds.Linux;

namespace ContainerPS.Engine.Storage;

// Whiteouts concern the layers below, never what this layer brings itself, wherever in the archive they stand (image-spec layer.md#whiteouts).
internal sealed unsafe partial class LayerExtraction
{
    // Device and inode of what this layer has made, when whiteouts remove.
    private readonly HashSet<(uint Major, uint Minor, ulong Inode)>? _layer;
    private bool _hidesLower;

    /// <summary>Treats the entry at hand as a whiteout. False when it isn't one.</summary>
    private bool ApplyWhiteout(TarEntry entry)
    {
        // Aufs's own files (.wh..wh.plnk and the like) are no part of an image.
        if (IsAufsMetadata(_path.Parent)) return true;
        var name = _path.Name;
        if (!name.StartsWith(".wh."u8)) return false;
        if (name.SequenceEqual(".wh..wh..opq"u8))
        {
            ApplyOpaque(entry);
            return true;
        }

        if (name.StartsWith(".wh..wh."u8)) return true;
        var hidden = name[".wh.".Length..];
        if (hidden.IsEmpty || hidden.SequenceEqual("."u8) || hidden.SequenceEqual(".."u8)) throw Refused(entry, "it is a whiteout of no name");
        var target = _path.NamePointer + ".wh.".Length;
        if (_options.Whiteouts == WhiteoutMode.Overlay) MakeOverlayWhiteout(entry, target);
        else if (_directories.TryGet(_path.Parent, out _) is { } directory) RemoveLower(entry, directory, target);
        return true;
    }

    private static bool IsAufsMetadata(ReadOnlySpan<byte> path) => path.StartsWith(".wh..wh."u8) || path.IndexOf("/.wh..wh."u8) >= 0;

    private void MakeOverlayWhiteout(TarEntry entry, byte* target)
    {
        var directory = Parent(entry);
        var result = Syscall.mknodat(directory.Fd, target, FileBits.S_IFCHR, 0);
        if (result != -LibC.EEXIST)
        {
            Check("mknod", entry, result);
            return;
        }

        // This layer's own file hides the lower one as it is; its directory would be merged with it.
        if (Stat(directory.Fd, target).Type == FileBits.S_IFDIR) SetOpaque(entry, directory.Fd, target);
    }

    private void ApplyOpaque(TarEntry entry)
    {
        byte* dot = stackalloc byte[] { (byte)'.', 0 };
        if (_options.Whiteouts == WhiteoutMode.Overlay)
        {
            if (_path.Parent.IsEmpty) _hidesLower = true;
            SetOpaque(entry, Parent(entry).Fd, dot);
        }
        else if (_directories.TryGet(_path.Parent, out _) is { } directory)
        {
            RemoveLowerChildren(directory.Fd, dot);
            _directories.ForgetAllBut(null);
        }
    }

    private void SetOpaque(TarEntry entry, int directory, byte* name)
    {
        var path = DescriptorPath(directory, System.Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name));
        byte yes = (byte)'y';
        fixed (byte* file = path, key = "trusted.overlay.opaque\0"u8)
            Check("setxattr trusted.overlay.opaque", entry, Syscall.lsetxattr(file, key, &yes, 1, 0));
    }

    private static bool IsOverlayWhiteout(in Syscall.statx_t stat) =>
        stat.Type == FileBits.S_IFCHR && stat.stx_rdev_major == 0 && stat.stx_rdev_minor == 0;

    private void RemoveLower(TarEntry entry, DirectoryCache.Directory directory, byte* target)
    {
        var result = RemoveUnlessOfLayer(directory.Fd, target);
        if (result < 0 && result != -LibC.ENOENT) throw Failed("unlink", entry, -result);
        _directories.ForgetAllBut(null);
    }

    // Directories of this layer, and those that hold something of it, stay, without the rest in them.
    private int RemoveUnlessOfLayer(int directory, byte* name)
    {
        Syscall.statx_t stat;
        var result = Syscall.statx(directory, name, LibC.AT_SYMLINK_NOFOLLOW, Syscall.STATX_BASIC_STATS, &stat);
        if (result < 0) return result;
        var ofLayer = _layer!.Contains((stat.stx_dev_major, stat.stx_dev_minor, stat.stx_ino));
        if (stat.Type != FileBits.S_IFDIR) return ofLayer ? 0 : Syscall.unlinkat(directory, name, 0);
        RemoveLowerChildren(directory, name);
        if (ofLayer) return 0;
        result = Syscall.unlinkat(directory, name, LibC.AT_REMOVEDIR);
        return result == -LibC.ENOTEMPTY ? 0 : result;
    }

    private void RemoveLowerChildren(int directory, byte* name)
    {
        var fd = Syscall.openat(directory, name, LibC.O_RDONLY | LibC.O_DIRECTORY | LibC.O_NOFOLLOW | LibC.O_CLOEXEC);
        if (fd < 0) throw new KernelException("open", _root.Path, -fd);
        try
        {
            foreach (var child in TreeRemoval.List(fd))
            {
                fixed (byte* childName = child)
                {
                    var result = RemoveUnlessOfLayer(fd, childName);
                    if (result < 0 && result != -LibC.ENOENT) throw new KernelException("unlink", TarText.Display(child), -result);
                }
            }
        }
        finally
        {
            LibC.close(fd);
        }
    }

    private void RememberOfLayer(DirectoryCache.Directory directory, byte* name)
    {
        if (_layer is null) return;
        var stat = Stat(directory.Fd, name);
        _layer.Add((stat.stx_dev_major, stat.stx_dev_minor, stat.stx_ino));
    }

    private static bool IsSameFile(int directory1, byte* name1, int directory2, byte* name2)
    {
        var a = Stat(directory1, name1);
        var b = Stat(directory2, name2);
        return a.stx_ino == b.stx_ino && a.stx_dev_major == b.stx_dev_major && a.stx_dev_minor == b.stx_dev_minor;
    }

    private static Syscall.statx_t Stat(int directory, byte* name)
    {
        Syscall.statx_t stat;
        var result = Syscall.statx(directory, name, LibC.AT_SYMLINK_NOFOLLOW, Syscall.STATX_BASIC_STATS, &stat);
        if (result < 0) throw new KernelException("statx", TarText.Display(System.Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name)), -result);
        return stat;
    }
}
