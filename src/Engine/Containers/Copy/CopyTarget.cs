using System.Text;
using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Containers;

/// <summary>Where a copy goes: a directory that is there, and the name in it; without a name, the directory is to be filled.</summary>
/// <param name="Directory">The directory, open.</param>
/// <param name="Name">The name, ending in NUL; null for the directory itself.</param>
/// <param name="Path">The directory's path, for messages.</param>
internal sealed unsafe record CopyTarget(SafeFileHandle Directory, byte[]? Name, string Path) : IDisposable
{
    private const int MostLinks = 40; // as the kernel's own limit

    /// <summary>Finds it, by the rules of docker cp.</summary>
    /// <param name="tree">Where.</param>
    /// <param name="path">The destination.</param>
    /// <param name="source">What is copied.</param>
    internal static CopyTarget Find(CopyTree tree, CopyPath path, CopySource source)
    {
        using var there = tree.TryOpen(path.Full, followLast: true);
        if (there is not null) tree.CheckFileSystem(there, path.Full);
        var isDirectory = there is not null && EntryStatus.Of(there).Type == FileBits.S_IFDIR;
        switch (CopyRule.Of(source.IsDirectory, source.IsContent, there is not null, isDirectory, path.MustBeDirectory))
        {
            case CopyForm.Content:
                return new CopyTarget(Reopen(tree, there!, path.Full), null, path.Full);
            case CopyForm.Inside:
                return new CopyTarget(Reopen(tree, there!, path.Full), CopyPath.Bytes(source.Name), path.Full);
            case CopyForm.InPlace:
                return Resolve(tree, path.Full);
            case CopyForm.DirectoryOverFile:
                throw new ContainerEngineException("NotDirectory", ErrorKind.InvalidArgument, $"The directory '{source.Path}' cannot be copied to '{tree.Display(path.Full)}', which is a file. Give a directory, or a name that is not taken.", tree.Display(path.Full));
            case CopyForm.FileIsNoDirectory:
                throw new ContainerEngineException("NotDirectory", ErrorKind.InvalidArgument, $"'{tree.Display(path.Full)}' is no directory, as the slash at its end says. Leave that out to replace it.", tree.Display(path.Full));
            default:
                throw Missing(tree, path.Full);
        }
    }

    /// <summary>Finds a directory that is there.</summary>
    internal static CopyTarget FindDirectory(CopyTree tree, CopyPath path)
    {
        using var there = tree.TryOpen(path.Full, followLast: true) ?? throw Missing(tree, path.Full);
        tree.CheckFileSystem(there, path.Full);
        if (EntryStatus.Of(there).Type == FileBits.S_IFDIR) return new CopyTarget(Reopen(tree, there, path.Full), null, path.Full);
        throw new ContainerEngineException("NotDirectory", ErrorKind.InvalidArgument, $"'{tree.Display(path.Full)}' is no directory. Give one for what is copied.", tree.Display(path.Full));
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Dispose();

    // A link at the end is followed even when it leads to nothing: then its target is made.
    private static CopyTarget Resolve(CopyTree tree, string path)
    {
        var text = stackalloc byte[4096];
        for (var links = 0; links <= MostLinks; links++)
        {
            var slash = path.LastIndexOf('/');
            var (parent, last) = (slash <= 0 ? "/" : path[..slash], path[(slash + 1)..]);

            // Had it been there, it would have been a directory: somebody has just exchanged it, perhaps for a way out.
            if (last is "" or "." or "..") throw Missing(tree, path);
            var name = CopyPath.Bytes(last);
            using var directory = tree.TryOpen(parent, followLast: true) ?? throw Missing(tree, parent);
            if (EntryStatus.Of(directory).Type != FileBits.S_IFDIR) throw Missing(tree, parent);
            tree.CheckFileSystem(directory, parent);
            int length;
            fixed (byte* start = name) length = Syscall.readlinkat(directory.Number(), start, text, 4096);
            if (length < 0) return new CopyTarget(Reopen(tree, directory, parent), name, parent);
            var target = Encoding.UTF8.GetString(text, length).TrimEnd('/');
            path = target.StartsWith('/') ? target : $"{parent}/{target}";
        }

        throw new KernelException("open", tree.Display(path), LibC.ELOOP);
    }

    private static SafeFileHandle Reopen(CopyTree tree, SafeFileHandle directory, string path)
    {
        var fd = EntryStatus.Reopen(directory.Number(), LibC.O_RDONLY | LibC.O_DIRECTORY);
        return fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : throw new KernelException("open", tree.Display(path), -fd);
    }

    private static ContainerEngineException Missing(CopyTree tree, string path) =>
        new("DirectoryNotFound", ErrorKind.NotFound, $"There is no directory '{tree.Display(path)}' to copy to. Make it first.", tree.Display(path));
}
