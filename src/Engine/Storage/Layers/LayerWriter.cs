using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Storage;

/// <summary>
/// Writes an overlay's upper directory as a layer (image-spec layer.md), in the order of its names: the same directory gives the same bytes. Overlayfs's whiteouts
/// and opaque directories become the layer's. Nothing but files and directories is opened, and no link is followed. Partial by concern: this file is the walk.
/// </summary>
internal sealed unsafe partial class LayerWriter
{
    private const int Deepest = 1000;

    private readonly TarWriter _tar;
    private readonly LayerWriteOptions _options;
    private readonly CancellationToken _cancellation;
    private readonly Dictionary<(ulong, uint, uint), byte[]> _links = [];
    private long _entries;
    private long _bytes;

    private LayerWriter(Stream destination, LayerWriteOptions options, CancellationToken cancellation) =>
        (_tar, _options, _cancellation) = (new TarWriter(destination), options, cancellation);

    /// <summary>Writes a layer to its end.</summary>
    /// <param name="directory">The directory with the changes.</param>
    /// <param name="destination">Where the tar goes; not disposed of.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellation">Stops between two pieces.</param>
    internal static LayerContent Write(string directory, Stream destination, LayerWriteOptions options, CancellationToken cancellation)
    {
        using var root = FileDescriptors.Open(directory, LibC.O_RDONLY | LibC.O_DIRECTORY);
        var writer = new LayerWriter(destination, options, cancellation);
        try
        {
            writer.AddRoot(root);
            writer.AddChildren(root, [], 0, isMerged: false);
            writer._tar.Finish();
            return new LayerContent(writer._entries, writer._bytes);
        }
        finally
        {
            writer._mergedRoot?.Dispose();
            writer._lowerRoot?.Dispose();
        }
    }

    // What a layer says nothing of is 0755 and root's; so is a root of which it says nothing.
    private void AddRoot(SafeFileHandle root)
    {
        var status = EntryStatus.Of(root);
        var attributes = AttributesOf(root.Number(), out _);
        if (status.Permissions == 0x1ed /* 0755 */ && status.stx_uid == 0 && status.stx_gid == 0 && attributes.Count == 0) return;
        Add(EntryOf(status, "."u8.ToArray(), TarEntryType.Directory, attributes));
    }

    private void AddChildren(SafeFileHandle directory, byte[] path, int depth, bool isMerged)
    {
        if (depth > Deepest) throw new ContainerEngineException("TooDeep", ErrorKind.InvalidData, $"'{TarText.Display(path)}' lies more than {Deepest} directories deep, and cannot be in an image.", TarText.Display(path));
        var names = TreeRemoval.List(directory.Number());
        names.Sort(static (a, b) => a.AsSpan().SequenceCompareTo(b));
        foreach (var name in names)
        {
            _cancellation.ThrowIfCancellationRequested();
            byte[] inner = [.. path, .. path.Length > 0 ? "/"u8 : default, .. name.AsSpan(0, name.Length - 1)];
            fixed (byte* start = name) AddChild(directory.Number(), start, inner, depth, isMerged);
        }
    }

    private void AddChild(int directory, byte* name, byte[] path, int depth, bool isMerged)
    {
        var fd = Syscall.openat(directory, name, LibC.O_PATH | LibC.O_NOFOLLOW | LibC.O_CLOEXEC);

        // A program that is not kept from running may have removed it meanwhile.
        if (fd == -LibC.ENOENT) return;
        using var child = new SafeFileHandle(Check(fd, "open", path), ownsHandle: true);
        var status = EntryStatus.Of(fd);
        if (status.Type == FileBits.S_IFSOCK || IsReserved(path))
        {
            // No archive has sockets, and a name that begins like this would hide another when it is unpacked.
            if (_options.Settles) Check(TreeRemoval.Remove(directory, name), "remove", path);
            return;
        }

        if (!isMerged && IsWhiteout(status))
        {
            _tar.WriteWhiteout(path, TimeOf(status));
            _entries++;
        }
        else if (status.Type == FileBits.S_IFDIR)
        {
            AddDirectory(fd, status, path, depth, isMerged);
        }
        else if (!AddLink(status, path))
        {
            AddSingle(fd, status, path);
        }

        if (_options is { Settles: true, LatestTime: { } latest } && status.stx_mtime.tv_sec > latest) SetTime(directory, name, latest, path);
    }

    private void AddDirectory(int file, in Syscall.statx_t status, byte[] path, int depth, bool isMerged)
    {
        if (IsPlace(path))
        {
            // A directory that has been listed has nothing more to list.
            using var place = Reopen(file, LibC.O_RDONLY | LibC.O_DIRECTORY, path);
            if (IsEmpty(place, path)) return;
        }

        using var directory = Reopen(file, LibC.O_RDONLY | LibC.O_DIRECTORY, path);
        var attributes = AttributesOf(directory.Number(), out var marks);
        Add(EntryOf(status, path, TarEntryType.Directory, attributes));
        var isMoved = !isMerged && marks.HasFlag(OverlayMarks.Redirect);
        if (!isMerged && (isMoved || marks.HasFlag(OverlayMarks.Opaque)))
        {
            if (HidesDirectory(path))
            {
                _tar.WriteOpaque(path, TimeOf(status));
                _entries++;
            }
            else if (_options.Settles && !isMoved)
            {
                RemoveOpaque(directory, path);
            }
        }

        if (!isMoved)
        {
            AddChildren(directory, path, depth + 1, isMerged);
            return;
        }

        // It was renamed, and most of what is in it still lies in the layers below under its old name.
        using var merged = OpenMerged(path, LibC.O_RDONLY | LibC.O_DIRECTORY);
        AddChildren(merged, path, depth + 1, isMerged: true);
    }

    // Further names of a file that is written already.
    private bool AddLink(in Syscall.statx_t status, byte[] path)
    {
        if (status.stx_nlink < 2) return false;
        var key = (status.stx_ino, status.stx_dev_major, status.stx_dev_minor);
        if (_links.TryAdd(key, path)) return false;
        Add(EntryOf(status, path, TarEntryType.HardLink, [], _links[key]));
        return true;
    }

    private void AddSingle(int file, in Syscall.statx_t status, byte[] path)
    {
        if (status.Type != FileBits.S_IFREG)
        {
            Add(EntryOf(status, path, FileEntry.TypeOf(status.Type), [], status.Type == FileBits.S_IFLNK ? FileEntry.LinkTarget(file, path) : []));
            return;
        }

        if (status.stx_size == 0 && IsPlace(path)) return;
        using var content = Reopen(file, LibC.O_RDONLY | LibC.O_NOATIME, path);
        var attributes = AttributesOf(content.Number(), out var marks);
        using var whole = marks.HasFlag(OverlayMarks.MetadataOnly) ? OpenMerged(path, LibC.O_RDONLY) : null;
        _tar.Write(EntryOf(status, path, TarEntryType.File, attributes), new FixedLengthFile(whole ?? content, (long)status.stx_size, _cancellation));
        _entries++;
        _bytes += (long)status.stx_size;
    }

    private void Add(TarEntry entry)
    {
        _tar.Write(entry);
        _entries++;
    }

    private bool IsPlace(byte[] path) => _options.Places.Count > 0 && _options.Places.Contains(TarText.Display(path));

    // A start has made it, when there is nothing in it but what a start has made.
    private bool IsEmpty(SafeFileHandle directory, byte[] path)
    {
        foreach (var name in TreeRemoval.List(directory.Number()))
        {
            byte[] inner = [.. path, (byte)'/', .. name.AsSpan(0, name.Length - 1)];
            if (!IsPlace(inner)) return false;
            Syscall.statx_t status;
            fixed (byte* start = name)
            {
                if (!EntryStatus.TryGet(directory.Number(), start, out status)) continue;
                if (status.Type == FileBits.S_IFREG && status.stx_size == 0) continue;
                if (status.Type != FileBits.S_IFDIR) return false;
                var fd = Syscall.openat(directory.Number(), start, LibC.O_RDONLY | LibC.O_DIRECTORY | LibC.O_NOFOLLOW | LibC.O_CLOEXEC);
                if (fd < 0) return false;
                using var child = new SafeFileHandle(fd, ownsHandle: true);
                if (!IsEmpty(child, inner)) return false;
            }
        }

        return true;
    }

    private static bool IsReserved(ReadOnlySpan<byte> path) => path[(path.LastIndexOf((byte)'/') + 1)..].StartsWith(".wh."u8);

    private static bool IsWhiteout(in Syscall.statx_t status) => status.Type == FileBits.S_IFCHR && status.stx_rdev_major == 0 && status.stx_rdev_minor == 0;
}
