using System.Text;
using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Build;

/// <summary>A tree that files are taken from: a context, a stage or an image. No path leads out of it, through whatever links (openat2, RESOLVE_IN_ROOT).</summary>
internal sealed unsafe class SourceTree : IDisposable
{
    private readonly string _root;

    private SourceTree(RootedDirectory root, string name)
    {
        (Root, Name) = (root, name);
        _root = FileDescriptors.PathOf(root.Fd);
    }

    /// <summary>Its root.</summary>
    internal RootedDirectory Root { get; }

    /// <summary>What messages call it.</summary>
    internal string Name { get; }

    /// <summary>What of it does not count.</summary>
    internal IgnoreFile Ignore { get; init; } = IgnoreFile.Nothing;

    /// <summary>True for files of the user's: in an image they are root's.</summary>
    internal bool IsContext { get; init; }

    /// <summary>Its folder on this machine, when it has one that stays; digests of its files are kept then.</summary>
    internal string? Folder { get; init; }

    /// <summary>Folders that it is made of, uppermost first; null when it is one folder.</summary>
    internal IReadOnlyList<string>? Layers { get; init; }

    /// <summary>A folder of this machine.</summary>
    internal static SourceTree OfFolder(string path, string name, IgnoreFile ignore, bool keepsDigests) =>
        new(RootedDirectory.Open(path), name) { Ignore = ignore, IsContext = true, Folder = keepsDigests ? path : null };

    /// <summary>The files of a stage or an image.</summary>
    /// <param name="root">Its root, which this then owns.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="layers">Its folders, uppermost first.</param>
    internal static SourceTree OfLayers(SafeFileHandle root, string name, IReadOnlyList<string> layers) => new(RootedDirectory.Of(root, name), name) { Layers = layers };

    /// <summary>Opens what a path leads to, as a thing (O_PATH); null when there is nothing, or when it is ignored.</summary>
    /// <param name="path">Path below the root.</param>
    /// <param name="followLast">True when the target of a link is meant.</param>
    /// <param name="real">The path that it really has.</param>
    internal SafeFileHandle? TryOpen(string path, bool followLast, out string real)
    {
        real = path;
        var fd = TryOpen(Encoding.UTF8.GetBytes(path), LibC.O_PATH | (followLast ? 0 : LibC.O_NOFOLLOW), noLinks: false);
        if (fd == -LibC.ENOENT || fd == -LibC.ENOTDIR || fd == -LibC.ELOOP) return null;
        if (fd < 0) throw new KernelException("open", path, -fd);
        var file = new SafeFileHandle(fd, ownsHandle: true);
        real = PathOf(fd);
        if (!Ignore.IsIgnored(real) || (EntryStatus.Of(fd).Type == FileBits.S_IFDIR && Ignore.CanHaveExceptions(real))) return file;
        file.Dispose();
        return null;
    }

    /// <summary>Opens a path as it was found on a walk: no link is followed any more.</summary>
    /// <exception cref="ContainerEngineException">It has been changed meanwhile.</exception>
    internal SafeFileHandle Open(byte[] path, int flags)
    {
        var fd = TryOpen(path, flags | LibC.O_NOFOLLOW | ((flags & LibC.O_PATH) != 0 ? 0 : LibC.O_NONBLOCK), noLinks: true);
        if (fd >= 0) return new SafeFileHandle(fd, ownsHandle: true);
        if (fd == -LibC.ENOENT || fd == -LibC.ELOOP || fd == -LibC.ENOTDIR) throw Changed(path);
        throw new KernelException("open", Storage.TarText.Display(path), -fd);
    }

    /// <summary>The error of a file that is not what it was a moment ago.</summary>
    internal ContainerEngineException Changed(byte[] path) =>
        new("SourceChanged", ErrorKind.InvalidState, $"'{Storage.TarText.Display(path)}' in {Name} was changed while it was read. Build again when nothing writes to it.", Storage.TarText.Display(path));

    /// <inheritdoc/>
    public void Dispose() => Root.Dispose();

    // Where an open file is, seen from the root: "." for the root itself.
    private string PathOf(int fd)
    {
        var path = FileDescriptors.PathOf(fd);
        if (_root != "/" && path.StartsWith(_root, StringComparison.Ordinal)) path = path[_root.Length..];
        return CleanPath.BelowRoot(path);
    }

    private int TryOpen(byte[] path, int flags, bool noLinks)
    {
        fixed (byte* name = path.Length == 0 ? ".\0"u8.ToArray() : (byte[])[.. path, 0])
            return (int)Syscall.OpenInRoot(Root.Fd, name, flags | LibC.O_CLOEXEC, noLinks);
    }
}
