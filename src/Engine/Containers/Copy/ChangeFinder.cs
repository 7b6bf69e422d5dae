using System.Text;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Storage;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Containers;

/// <summary>
/// Finds what a container has changed. Only what is in its upper directory can differ, so only that is looked at; what is there and what was there is asked of
/// overlays of all directories and of the image's alone, which know about whiteouts, opaque and renamed directories, and files of which only the metadata was copied.
/// </summary>
internal sealed unsafe class ChangeFinder(CancellationToken cancellation)
{
    private const int Deepest = 1000;

    private readonly List<ContainerChange> _changes = [];

    /// <summary>The differences, ordered by path.</summary>
    /// <param name="upper">The container's upper directory.</param>
    /// <param name="lower">The image's files.</param>
    /// <param name="merged">The container's files.</param>
    internal IReadOnlyList<ContainerChange> Find(SafeFileHandle upper, SafeFileHandle lower, SafeFileHandle merged)
    {
        using var upperRoot = Open(upper.Number(), "."u8);
        using var lowerRoot = Open(lower.Number(), "."u8);
        using var mergedRoot = Open(merged.Number(), "."u8);
        Compare(upperRoot, lowerRoot!, mergedRoot!, "", 0);
        _changes.Sort(static (a, b) => string.CompareOrdinal(a.Path, b.Path));
        return _changes;
    }

    // Without an upper directory everything is looked at: it hides or moves what the image has.
    private void Compare(SafeFileHandle? upper, SafeFileHandle lower, SafeFileHandle merged, string path, int depth)
    {
        if (depth > Deepest) throw new ContainerEngineException("TooDeep", ErrorKind.InvalidData, $"'{path}' lies more than {Deepest} directories deep.", path);
        var names = new SortedSet<byte[]>(TreeRemoval.List((upper ?? merged).Number()), s_byBytes);
        if (upper is null) names.UnionWith(TreeRemoval.List(lower.Number()));
        foreach (var name in names)
        {
            cancellation.ThrowIfCancellationRequested();
            fixed (byte* start = name) CompareEntry(upper, lower, merged, start, name, $"{path}/{TarText.Display(name.AsSpan(0, name.Length - 1))}", depth);
        }
    }

    private void CompareEntry(SafeFileHandle? upper, SafeFileHandle lower, SafeFileHandle merged, byte* name, byte[] text, string path, int depth)
    {
        var was = EntryStatus.TryGet(lower.Number(), name, out var before);
        var isThere = EntryStatus.TryGet(merged.Number(), name, out var after);
        if (!isThere)
        {
            if (was) _changes.Add(new(ContainerChangeKind.Deleted, path));
            return;
        }

        if (!was)
        {
            AddAll(merged, after, text, path, depth);
            return;
        }

        var mark = _changes.Count;
        var differs = Differs(before, after);
        if (after.Type == FileBits.S_IFDIR && before.Type == FileBits.S_IFDIR)
        {
            using var old = Open(lower.Number(), text.AsSpan(0, text.Length - 1));
            using var now = Open(merged.Number(), text.AsSpan(0, text.Length - 1));
            using var own = upper is null ? null : Open(upper.Number(), text.AsSpan(0, text.Length - 1));
            if (old is not null && now is not null) Compare(own is null || Hides(own) ? null : own, old, now, path, depth + 1);
        }
        else if (after.Type == FileBits.S_IFDIR)
        {
            AddChildren(merged, text, path, depth);
        }
        else if (!differs && after.Type == FileBits.S_IFREG)
        {
            differs = !SameCapabilities(lower, merged, text);
        }

        if (differs || _changes.Count > mark) _changes.Add(new(ContainerChangeKind.Changed, path));
    }

    private void AddAll(SafeFileHandle merged, in Syscall.statx_t status, byte[] name, string path, int depth)
    {
        cancellation.ThrowIfCancellationRequested();
        if (depth > Deepest) throw new ContainerEngineException("TooDeep", ErrorKind.InvalidData, $"'{path}' lies more than {Deepest} directories deep.", path);
        var isPlace = StartPlaces.All.Contains(path[1..]);
        if (status.Type != FileBits.S_IFDIR)
        {
            if (!isPlace || status.stx_size > 0) _changes.Add(new(ContainerChangeKind.Added, path));
            return;
        }

        if (!isPlace) _changes.Add(new(ContainerChangeKind.Added, path));
        AddChildren(merged, name, path, depth);
    }

    private void AddChildren(SafeFileHandle merged, byte[] name, string path, int depth)
    {
        using var directory = Open(merged.Number(), name.AsSpan(0, name.Length - 1));
        if (directory is null) return;
        foreach (var child in TreeRemoval.List(directory.Number()))
        {
            fixed (byte* start = child)
            {
                if (EntryStatus.TryGet(directory.Number(), start, out var childStatus))
                    AddAll(directory, childStatus, child, $"{path}/{TarText.Display(child.AsSpan(0, child.Length - 1))}", depth + 1);
            }
        }
    }

    // As Docker compares: a directory's times and size change with what is in it, which is told by itself.
    private static bool Differs(in Syscall.statx_t before, in Syscall.statx_t after) =>
        before.stx_mode != after.stx_mode || before.stx_uid != after.stx_uid || before.stx_gid != after.stx_gid
        || before.stx_rdev_major != after.stx_rdev_major || before.stx_rdev_minor != after.stx_rdev_minor
        || (after.Type != FileBits.S_IFDIR && (before.stx_size != after.stx_size || !SameTime(before.stx_mtime, after.stx_mtime)));

    // Archives with whole seconds only are compared by those.
    private static bool SameTime(in Syscall.statx_timestamp a, in Syscall.statx_timestamp b) =>
        a.tv_sec == b.tv_sec && (a.tv_nsec == b.tv_nsec || a.tv_nsec == 0 || b.tv_nsec == 0);

    private static bool SameCapabilities(SafeFileHandle lower, SafeFileHandle merged, byte[] name)
    {
        var before = stackalloc byte[64];
        var after = stackalloc byte[64];
        var sizeBefore = Capability(lower, name, before);
        var sizeAfter = Capability(merged, name, after);
        return sizeBefore == sizeAfter && new ReadOnlySpan<byte>(before, Math.Max(0, sizeBefore)).SequenceEqual(new ReadOnlySpan<byte>(after, Math.Max(0, sizeAfter)));
    }

    private static int Capability(SafeFileHandle directory, byte[] name, byte* value)
    {
        fixed (byte* path = (byte[])[.. Encoding.ASCII.GetBytes($"/proc/self/fd/{directory.Number()}/"), .. name])
        fixed (byte* key = "security.capability\0"u8)
            return Math.Max(0, Syscall.lgetxattr(path, key, value, 64));
    }

    // Nothing of the image's directory is seen through it, or another directory of the image is.
    private static bool Hides(SafeFileHandle upper)
    {
        var value = stackalloc byte[1];
        fixed (byte* opaque = "trusted.overlay.opaque\0"u8, redirect = "trusted.overlay.redirect\0"u8)
            return (Syscall.fgetxattr(upper.Number(), opaque, value, 1) == 1 && *value == 'y') || Syscall.fgetxattr(upper.Number(), redirect, null, 0) > 0;
    }

    private static SafeFileHandle? Open(int directory, ReadOnlySpan<byte> name)
    {
        int fd;
        fixed (byte* start = (byte[])[.. name, 0])
            fd = Syscall.openat(directory, start, LibC.O_RDONLY | LibC.O_DIRECTORY | LibC.O_NOFOLLOW | LibC.O_CLOEXEC);
        return fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : null;
    }

    private static readonly Comparer<byte[]> s_byBytes = Comparer<byte[]>.Create(static (a, b) => a.AsSpan().SequenceCompareTo(b));
}
