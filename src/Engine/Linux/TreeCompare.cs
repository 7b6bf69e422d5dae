using System.Text;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Linux;

/// <summary>
/// Compares two trees: names, kinds, owners, modes, links, devices, extended attributes, contents, and the times of files and links (a directory that an
/// archive only implies has none of its own; of most archives all have whole seconds). What overlayfs remembers for itself of a directory that was once its upper
/// one does not count. Goes by descriptors and follows no link.
/// </summary>
internal sealed unsafe class TreeCompare
{
    private const int DeepestOpen = 512;

    private readonly byte[] _left = new byte[128 * 1024];
    private readonly byte[] _right = new byte[128 * 1024];
    private readonly CancellationToken _cancellation;

    private TreeCompare(CancellationToken cancellation) => _cancellation = cancellation;

    /// <summary>The first difference in words, such as <c>'etc/passwd' has another content</c>; null when there is none.</summary>
    /// <param name="expected">The directory as it should be.</param>
    /// <param name="actual">The directory that is looked at.</param>
    /// <param name="cancellation">Stops between two entries.</param>
    internal static string? FirstDifference(string expected, string actual, CancellationToken cancellation)
    {
        using var left = FileDescriptors.Open(expected, LibC.O_RDONLY | LibC.O_DIRECTORY);
        using var right = FileDescriptors.Open(actual, LibC.O_RDONLY | LibC.O_DIRECTORY);
        return new TreeCompare(cancellation).Directories(left, right, "", 0);
    }

    private string? Directories(SafeFileHandle left, SafeFileHandle right, string path, int depth)
    {
        if (depth > DeepestOpen) return $"'{path}' lies too deep to be compared";
        if (Attributes(left, right, path.Length == 0 ? "." : path) is { } attribute) return attribute;
        var (expected, actual) = (Sorted(left), Sorted(right));
        for (int l = 0, r = 0; l < expected.Count || r < actual.Count; l++, r++)
        {
            _cancellation.ThrowIfCancellationRequested();
            var order = l == expected.Count ? 1 : r == actual.Count ? -1 : expected[l].AsSpan().SequenceCompareTo(actual[r]);
            if (order != 0) return order < 0 ? $"'{Join(path, expected[l])}' is missing" : $"'{Join(path, actual[r])}' does not belong there";
            if (Entries(left, right, expected[l], Join(path, expected[l]), depth) is { } difference) return difference;
        }

        return null;
    }

    private string? Entries(SafeFileHandle leftFolder, SafeFileHandle rightFolder, byte[] name, string path, int depth)
    {
        fixed (byte* bytes = name)
        {
            Syscall.statx_t left, right;
            Check(Syscall.statx(leftFolder.Number(), bytes, LibC.AT_SYMLINK_NOFOLLOW, Syscall.STATX_BASIC_STATS, &left), path);
            Check(Syscall.statx(rightFolder.Number(), bytes, LibC.AT_SYMLINK_NOFOLLOW, Syscall.STATX_BASIC_STATS, &right), path);
            if (left.Type != right.Type) return $"'{path}' is of another kind";
            if (Status(in left, in right, path) is { } status) return status;
            if (left.Type == FileBits.S_IFLNK) return SameLink(leftFolder, rightFolder, bytes) ? null : $"'{path}' links to something else";
            if (left.Type != FileBits.S_IFDIR && left.Type != FileBits.S_IFREG) return null;
            using var leftFile = Open(leftFolder, bytes, left.Type, path);
            using var rightFile = Open(rightFolder, bytes, left.Type, path);
            if (left.Type == FileBits.S_IFDIR) return Directories(leftFile, rightFile, path, depth + 1);
            return Attributes(leftFile, rightFile, path) ?? (SameContent(leftFile, rightFile) ? null : $"'{path}' has another content");
        }
    }

    private static string? Status(in Syscall.statx_t left, in Syscall.statx_t right, string path)
    {
        if (left.stx_uid != right.stx_uid || left.stx_gid != right.stx_gid) return $"'{path}' has another owner";
        if (left.Permissions != right.Permissions) return $"'{path}' has another mode";
        if (left.Type == FileBits.S_IFREG && left.stx_size != right.stx_size) return $"'{path}' has another size";
        if (left.stx_rdev_major != right.stx_rdev_major || left.stx_rdev_minor != right.stx_rdev_minor) return $"'{path}' is another device";
        if (left.Type != FileBits.S_IFREG && left.Type != FileBits.S_IFLNK) return null;
        return left.stx_mtime.tv_sec == right.stx_mtime.tv_sec && (left.stx_mtime.tv_nsec == right.stx_mtime.tv_nsec || left.stx_mtime.tv_nsec == 0) ? null : $"'{path}' has another time";
    }

    private static string? Attributes(SafeFileHandle left, SafeFileHandle right, string path)
    {
        var (expected, actual) = (Extended(left), Extended(right));
        var same = expected.Count == actual.Count && expected.All(pair => actual.TryGetValue(pair.Key, out var value) && value.AsSpan().SequenceEqual(pair.Value));
        return same ? null : $"'{path}' has other extended attributes";
    }

    private static Dictionary<string, byte[]> Extended(SafeFileHandle file)
    {
        var attributes = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var names = new byte[Math.Max(0, Syscall.flistxattr(file.Number(), null, 0))];
        var value = names.Length == 0 ? [] : new byte[64 * 1024];
        fixed (byte* list = names)
        fixed (byte* data = value)
        {
            var length = names.Length == 0 ? 0 : Syscall.flistxattr(file.Number(), list, names.Length);
            for (var at = 0; at < length; at++)
            {
                var size = Syscall.fgetxattr(file.Number(), list + at, data, value.Length);
                var end = at;
                while (list[end] != 0) end++;
                var name = Encoding.Latin1.GetString(names, at, end - at);
                if (!name.StartsWith("trusted.overlay.", StringComparison.Ordinal) || name.EndsWith(".opaque", StringComparison.Ordinal)) attributes[name] = size > 0 ? value[..size] : [];
                at = end;
            }
        }

        return attributes;
    }

    private bool SameContent(SafeFileHandle left, SafeFileHandle right)
    {
        for (long offset = 0; ;)
        {
            _cancellation.ThrowIfCancellationRequested();
            var count = RandomAccess.Read(left, _left, offset);
            var other = 0;
            while (other < count && RandomAccess.Read(right, _right.AsSpan(other, count - other), offset + other) is > 0 and var more) other += more;
            if (!_left.AsSpan(0, count).SequenceEqual(_right.AsSpan(0, other))) return false;
            if (count == 0) return true;
            offset += count;
        }
    }

    private bool SameLink(SafeFileHandle left, SafeFileHandle right, byte* name)
    {
        fixed (byte* expected = _left)
        fixed (byte* actual = _right)
        {
            var length = Syscall.readlinkat(left.Number(), name, expected, 4096);
            return length == Syscall.readlinkat(right.Number(), name, actual, 4096) && length >= 0 && _left.AsSpan(0, length).SequenceEqual(_right.AsSpan(0, length));
        }
    }

    private static SafeFileHandle Open(SafeFileHandle folder, byte* name, uint type, string path)
    {
        var flags = LibC.O_RDONLY | LibC.O_NOFOLLOW | LibC.O_NONBLOCK | LibC.O_CLOEXEC | (type == FileBits.S_IFDIR ? LibC.O_DIRECTORY : 0);
        return new SafeFileHandle(Check(Syscall.openat(folder.Number(), name, flags), path), ownsHandle: true);
    }

    private static List<byte[]> Sorted(SafeFileHandle folder)
    {
        var names = TreeRemoval.List(folder.Number());
        names.Sort(static (a, b) => a.AsSpan().SequenceCompareTo(b));
        return names;
    }

    private static string Join(string path, byte[] name) => path.Length == 0 ? Encoding.UTF8.GetString(name, 0, name.Length - 1) : $"{path}/{Encoding.UTF8.GetString(name, 0, name.Length - 1)}";

    private static int Check(int result, string path) => result >= 0 ? result : throw new KernelException("compare", path, -result);
}
