using ContainerPS.Engine.Linux;
using Tmds.Linux;

namespace ContainerPS.Engine.Storage;

/// <summary>One extraction. Partial by concern: this file is the walk over the entries.</summary>
internal sealed unsafe partial class LayerExtraction : IDisposable
{
    private readonly TarReader _reader;
    private readonly RootedDirectory _root;
    private readonly ExtractOptions _options;
    private readonly CancellationToken _cancellation;
    private readonly DirectoryCache _directories;
    private readonly EntryPath _path = new();
    private readonly EntryPath _linkPath = new();
    private readonly uint _umask = ProcessUmask.Read();
    private readonly uint _uid = LibC.geteuid();
    private readonly uint _gid = LibC.getegid();
    private long _entries;
    private long _bytes;
    private long _written;

    internal LayerExtraction(TarReader reader, RootedDirectory root, ExtractOptions options, CancellationToken cancellation)
    {
        _reader = reader;
        _root = root;
        _options = options;
        _cancellation = cancellation;
        _directories = new DirectoryCache(root, OnDirectoryMade);
        _layer = options.Whiteouts == WhiteoutMode.Remove ? [] : null;
    }

    internal ExtractResult Run()
    {
        if (!_options.IntoExisting) RemoveInheritedAcl();
        while (_reader.Next() is { } entry)
        {
            _cancellation.ThrowIfCancellationRequested();
            if (++_entries > _options.MaxEntries) throw new InvalidContentException($"The archive has more than the {_options.MaxEntries} entries allowed.");
            Apply(_options.Owner is { } owner ? entry.OwnedBy(owner.Uid, owner.Gid) : entry);
        }

        FinishDirectories();
        _reader.Drain();
        return new ExtractResult(_entries, _bytes, _hidesLower, [.. _skippedXattrs]);
    }

    /// <inheritdoc/>
    public void Dispose() => _directories.Dispose();

    private void Apply(TarEntry entry)
    {
        if (entry.Name.Length == 0) throw Refused(entry, "it has no name");
        if (!_path.TrySet(entry.Name)) throw Refused(entry, "its name leads out of the archive's root");
        if (_path.IsRoot)
        {
            if (entry.Type != TarEntryType.Directory) throw Refused(entry, "it would replace the root directory");
            if (!_options.IntoExisting) ApplyRoot(entry);
            return;
        }

        if (_options.Whiteouts != WhiteoutMode.None && ApplyWhiteout(entry)) return;
        var directory = Parent(entry);
        switch (entry.Type)
        {
            case TarEntryType.File:
                ExtractFile(entry, directory);
                break;
            case TarEntryType.Directory:
                ExtractDirectory(entry, directory);
                break;
            case TarEntryType.SymbolicLink:
                ExtractSymbolicLink(entry, directory);
                break;
            case TarEntryType.HardLink:
                ExtractHardLink(entry, directory);
                break;
            default:
                ExtractNode(entry, directory);
                break;
        }

        RememberOfLayer(directory, _path.NamePointer);
    }

    private DirectoryCache.Directory Parent(TarEntry entry)
    {
        try
        {
            return _directories.GetOrCreate(_path.Parent);
        }
        catch (KernelException e)
        {
            throw Failed(e.Call, entry, e.Errno);
        }
    }

    private void OnDirectoryMade(int parent, byte* name)
    {
        if ((_umask & 0x1ed) != 0) ChangeMode(parent, name, 0x1ed /* 0755 */);
        if (_layer is null) return;
        var stat = Stat(parent, name);
        _layer.Add((stat.stx_dev_major, stat.stx_dev_minor, stat.stx_ino));
    }

    private static InvalidContentException Refused(TarEntry entry, string why) =>
        new($"The archive's entry '{entry.DisplayName}' is refused: {why}.", entry.DisplayName);

    /// <summary>The exception for a call that failed on an entry.</summary>
    private ContainerEngineException Failed(string call, TarEntry entry, int errno)
    {
        if (errno == LibC.ENOSPC || errno == LibC.EDQUOT) return new NoSpaceException(_root.Path);
        if (errno == LibC.ENAMETOOLONG || errno == LibC.ENOTDIR || errno == LibC.ELOOP || errno == LibC.EFBIG || errno == LibC.EINVAL || errno == LibC.ENOENT)
            return Refused(entry, $"{call} says {Errno.Describe(errno)}");
        return new KernelException(call, entry.DisplayName, errno);
    }
}
