using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;

namespace ContainerPS.Engine.Containers;

/// <summary>What is copied, held open so that it stays what it is.</summary>
/// <param name="File">The thing itself (O_PATH).</param>
/// <param name="Status">What it is.</param>
/// <param name="Path">Its path, for messages.</param>
/// <param name="Name">The name that the copy gets where none is given: the one by which it was asked for.</param>
/// <param name="IsContent">True when the content of the directory is meant.</param>
internal sealed record CopySource(SafeFileHandle File, Syscall.statx_t Status, string Path, string Name, bool IsContent) : IDisposable
{
    /// <summary>True for a directory.</summary>
    internal bool IsDirectory => Status.Type == FileBits.S_IFDIR;

    /// <summary>Finds it.</summary>
    /// <param name="tree">Where.</param>
    /// <param name="path">Its path.</param>
    /// <param name="followLink">True when the target of a link is meant; with a slash at the end it always is.</param>
    internal static CopySource Find(CopyTree tree, CopyPath path, bool followLink)
    {
        var file = tree.TryOpen(path.Full, followLink || path.MustBeDirectory)
            ?? throw new ContainerEngineException("FileNotFound", ErrorKind.NotFound, $"There is no '{tree.Display(path.Full)}'.", tree.Display(path.Full));
        try
        {
            tree.CheckFileSystem(file, path.Full);
            var source = new CopySource(file, EntryStatus.Of(file), path.Full, path.Name, path.IsContent);
            if (path.MustBeDirectory && !source.IsDirectory)
                throw new ContainerEngineException("NotDirectory", ErrorKind.InvalidArgument, $"'{tree.Display(path.Full)}' is no directory, as the slash at its end says. Leave that out.", tree.Display(path.Full));
            return source;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => File.Dispose();
}
