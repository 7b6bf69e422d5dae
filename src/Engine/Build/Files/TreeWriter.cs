using System.Text;
using ContainerPS.Engine.Containers;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Storage;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Build;

/// <summary>
/// Writes what COPY, ADD and WORKDIR put into a stage's files, by the rules of BuildKit. Paths of the Dockerfile are resolved by the kernel inside the stage;
/// below a destination nothing is followed. Partial by concern: this file is destinations, the other what is written there.
/// </summary>
internal sealed unsafe partial class TreeWriter : IDisposable
{
    private const int MostLinks = 40;

    private readonly RootedDirectory _root;
    private readonly FileOwner? _owner;
    private readonly ModeChange? _mode;
    private readonly CancellationToken _cancellation;
    private readonly FileContent _content;
    private readonly Dictionary<(ulong, uint, uint), string> _links = [];

    /// <param name="root">The stage's files.</param>
    /// <param name="owner">Who owns what is written; null for the owners that it has.</param>
    /// <param name="mode">How its modes are changed.</param>
    /// <param name="cancellation">Stops between two pieces.</param>
    internal TreeWriter(RootedDirectory root, FileOwner? owner, ModeChange? mode, CancellationToken cancellation)
    {
        (_root, _owner, _mode, _cancellation) = (root, owner, mode, cancellation);
        _content = new FileContent(cancellation, static _ => { });
    }

    /// <summary>Makes a directory, and those above it that are missing, 0755.</summary>
    internal SafeFileHandle MakeDirectory(string path) => _root.OpenOrCreateDirectory(Encoding.UTF8.GetBytes(path), 0x1ed, SetUp);

    /// <inheritdoc/>
    public void Dispose() => _content.Dispose();

    /// <summary>The directory and the name where a file goes: in the destination when that is a directory, else at it, or where a link there leads.</summary>
    /// <param name="destination">Absolute path; a slash at the end says that it is a directory.</param>
    /// <param name="name">The file's name in a directory.</param>
    private (SafeFileHandle Directory, string Name) Place(string destination, string name)
    {
        if (destination.EndsWith('/')) return (MakeDirectory(destination), name);
        if (TryOpenDirectory(destination) is { } there) return (there, name);
        var path = destination;
        for (var links = 0; ; links++)
        {
            var slash = path.LastIndexOf('/');
            var parent = MakeDirectory(path[..(slash + 1)]);
            if (links == MostLinks || LinkAt(parent, path[(slash + 1)..]) is not { } target) return (parent, path[(slash + 1)..]);
            using (parent) path = CleanPath.Of(target.StartsWith('/') ? target : $"{path[..(slash + 1)]}{target}");
            if (TryOpenDirectory(path) is { } behind) return (behind, name);
        }
    }

    private SafeFileHandle? TryOpenDirectory(string path)
    {
        int fd;
        fixed (byte* start = Encoding.UTF8.GetBytes(path + '\0')) fd = _root.TryOpen(start, LibC.O_PATH | LibC.O_DIRECTORY);
        if (fd == -LibC.ENOENT || fd == -LibC.ENOTDIR) return null;
        return fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : throw new KernelException("open", path, -fd);
    }

    private static string? LinkAt(SafeFileHandle directory, string name)
    {
        var text = stackalloc byte[4096];
        int length;
        fixed (byte* start = Encoding.UTF8.GetBytes(name + '\0')) length = Syscall.readlinkat(directory.Number(), start, text, 4096);
        return length < 0 ? null : Encoding.UTF8.GetString(text, length);
    }

    // A directory that is made on the way.
    private void SetUp(int parent, byte* name)
    {
        var fd = Syscall.openat(parent, name, LibC.O_RDONLY | LibC.O_DIRECTORY | LibC.O_NOFOLLOW | LibC.O_CLOEXEC);
        using var directory = new SafeFileHandle(Check(fd, "open", "directory"), ownsHandle: true);
        if (_owner is { } owner) Check(Syscall.fchown(fd, owner.Uid, owner.Gid), "change owner", "directory");
        Check(Syscall.fchmod(fd, _mode?.Octal ?? 0x1ed), "change mode", "directory");
    }

    private static int Check(int result, string call, string subject)
    {
        if (result >= 0) return result;
        if (result == -LibC.ENOSPC || result == -LibC.EDQUOT) throw new NoSpaceException(subject);
        throw new KernelException(call, subject, -result);
    }
}
