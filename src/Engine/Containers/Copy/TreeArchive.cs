using System.Runtime.InteropServices;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Storage;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Containers;

/// <summary>Writes a tree into a tar, in the order of its names: the same tree gives the same bytes. Follows no link, and opens nothing but files and directories.</summary>
internal sealed unsafe class TreeArchive
{
    private const int Deepest = 1000;

    private readonly CopyTree _tree;
    private readonly TarWriter _tar;
    private readonly CancellationToken _cancellation;
    private readonly Dictionary<(ulong, uint, uint), byte[]> _links = [];
    private readonly byte[] _attributeNames = GC.AllocateUninitializedArray<byte>(64 * 1024, pinned: true);
    private readonly byte[] _attributeValue = GC.AllocateUninitializedArray<byte>(64 * 1024, pinned: true);

    internal TreeArchive(CopyTree tree, Stream destination, CancellationToken cancellation, bool nanoseconds = false)
    {
        _tree = tree;
        _tar = new TarWriter(destination) { Nanoseconds = nanoseconds };
        _cancellation = cancellation;
    }

    /// <summary>True to leave out what is in <c>/dev</c>, <c>/proc</c> and <c>/sys</c>: they are filled when a container starts.</summary>
    internal bool SkipsSystem { get; init; }

    /// <summary>Adds a file, or a directory with all that is in it, under its own name; without that when its content is meant.</summary>
    internal void Add(CopySource source)
    {
        if (!source.IsContent) AddEntry(source.File.Number(), source.Status, source.Status.stx_mnt_id, CopyPath.Bytes(source.Name)[..^1], 0);
        else AddChildren(source.File.Number(), source.Status.stx_mnt_id, [], 0);
    }

    /// <summary>Writes the archive's end.</summary>
    internal void Finish() => _tar.Finish();

    private void AddChildren(int directory, ulong mount, byte[] path, int depth)
    {
        if (depth > Deepest) throw new ContainerEngineException("TooDeep", ErrorKind.InvalidData, $"'{TarText.Display(path)}' lies more than {Deepest} directories deep, and is not copied.", TarText.Display(path));
        using var reader = Open(directory, LibC.O_RDONLY | LibC.O_DIRECTORY | LibC.O_NOATIME, path);
        var names = TreeRemoval.List(reader.Number());
        names.Sort(static (a, b) => a.AsSpan().SequenceCompareTo(b));
        foreach (var name in names)
        {
            int fd;
            fixed (byte* start = name) fd = Syscall.openat(reader.Number(), start, LibC.O_PATH | LibC.O_NOFOLLOW | LibC.O_CLOEXEC);
            if (fd == -LibC.ENOENT) continue;
            byte[] inner = [.. path, .. path.Length > 0 ? "/"u8 : default, .. name.AsSpan(0, name.Length - 1)];
            if (fd < 0) throw new KernelException("open", TarText.Display(inner), -fd);
            using var child = new SafeFileHandle(fd, ownsHandle: true);
            AddEntry(fd, EntryStatus.Of(child), mount, inner, depth);
        }
    }

    private void AddEntry(int file, in Syscall.statx_t status, ulong mount, byte[] path, int depth)
    {
        _cancellation.ThrowIfCancellationRequested();
        if (status.Type == FileBits.S_IFSOCK) return;
        if (status.Type == FileBits.S_IFDIR)
        {
            _tar.Write(EntryOf(file, status, path, TarEntryType.Directory));
            if (_tree.Enters(file, status, mount) && !(SkipsSystem && IsSystem(path))) AddChildren(file, status.stx_mnt_id, path, depth + 1);
            return;
        }

        if (status.stx_nlink > 1)
        {
            var key = (status.stx_ino, status.stx_dev_major, status.stx_dev_minor);
            if (_links.TryGetValue(key, out var first))
            {
                _tar.Write(EntryOf(file, status, path, TarEntryType.HardLink, first));
                return;
            }

            _links[key] = path;
        }

        if (status.Type == FileBits.S_IFREG) AddFile(file, status, path);
        else _tar.Write(EntryOf(file, status, path, FileEntry.TypeOf(status.Type), status.Type == FileBits.S_IFLNK ? FileEntry.LinkTarget(file, path) : []));
    }

    private void AddFile(int file, in Syscall.statx_t status, byte[] path)
    {
        using var content = Open(file, LibC.O_RDONLY | LibC.O_NOATIME, path);
        _tar.Write(EntryOf(content.Number(), status, path, TarEntryType.File), new FixedLengthFile(content, (long)status.stx_size, _cancellation));
    }

    private TarEntry EntryOf(int file, in Syscall.statx_t status, byte[] path, TarEntryType type, byte[]? link = null) =>
        FileEntry.Of(status, path, type, new TarTime(status.stx_mtime.tv_sec, (int)status.stx_mtime.tv_nsec), type == TarEntryType.File ? AttributesOf(file) : [], link);

    private List<TarXattr> AttributesOf(int file)
    {
        var attributes = new List<TarXattr>();
        fixed (byte* names = _attributeNames, value = _attributeValue)
        {
            var length = Syscall.flistxattr(file, names, _attributeNames.Length);
            for (var at = 0; at < length;)
            {
                var name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(names + at);
                if (name.StartsWith("user."u8) || name.SequenceEqual("security.capability"u8))
                {
                    var size = Syscall.fgetxattr(file, names + at, value, _attributeValue.Length);
                    if (size >= 0) attributes.Add(new TarXattr(name.ToArray(), _attributeValue[..size]));
                }

                at += name.Length + 1;
            }
        }

        return attributes;
    }

    private static SafeFileHandle Open(int file, int flags, byte[] path)
    {
        var fd = EntryStatus.Reopen(file, flags);
        return fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : throw new KernelException("open", TarText.Display(path), -fd);
    }

    private static bool IsSystem(ReadOnlySpan<byte> path) => path.SequenceEqual("dev"u8) || path.SequenceEqual("proc"u8) || path.SequenceEqual("sys"u8);
}
