using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Containers;

/// <summary>Copies between containers and this machine, as docker cp does. A container that does not run cannot be started until this is disposed of.</summary>
public sealed class ContainerCopy : IDisposable
{
    private readonly Func<string, string> _idOf;
    private readonly Func<string, CopyTree> _open;
    private readonly Dictionary<string, CopyTree> _trees = new(StringComparer.Ordinal);
    private readonly CopyTree _machine = CopyTree.OfMachine();

    /// <summary>Begins; nothing is opened yet.</summary>
    /// <param name="idOf">The id of a container, by what names it.</param>
    /// <param name="open">Opens the tree of a container, by its id.</param>
    internal ContainerCopy(Func<string, string> idOf, Func<string, CopyTree> open) => (_idOf, _open) = (idOf, open);

    /// <summary>Copies a file or a directory.</summary>
    /// <param name="source">What; a relative path of this machine is taken from the process's folder.</param>
    /// <param name="destination">Where to.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Told how far it has come.</param>
    /// <param name="cancellation">Stops between two pieces; what is whole stays.</param>
    /// <returns>The path of the copy: of the directory that was filled, or of what was made.</returns>
    /// <exception cref="ContainerEngineException">The source is not there, or the destination does not fit it.</exception>
    public CopyLocation Copy(CopyLocation source, CopyLocation destination, CopyOptions options, IProgress<CopyProgress>? progress, CancellationToken cancellation)
    {
        if (source.Container is null && destination.Container is null)
            throw new InvalidSettingException("Destination", destination.Path, $"Neither '{source}' nor '{destination}' is in a container. Write name:path for that one; Copy-Item copies on this machine.");
        var (from, to) = Open(source, destination);
        using var found = CopySource.Find(from, PathOf(source), options.FollowLink);
        using var target = options.IntoDirectory ? IntoDirectory(to, PathOf(destination), found) : CopyTarget.Find(to, PathOf(destination), found);
        using var transfer = new TreeTransfer(from, to, TransferRules.Of(source.Container is not null, destination.Container is not null, options.Archive), progress, cancellation);
        transfer.Copy(found, target);
        var path = target.Name is { } name ? $"{target.Path.TrimEnd('/')}/{System.Text.Encoding.UTF8.GetString(name.AsSpan(0, name.Length - 1))}" : target.Path;
        return destination with { Path = path };
    }

    /// <summary>Names of what is in a directory, ordered; of directories with a slash behind. Nothing when it is no directory.</summary>
    public IReadOnlyList<string> List(CopyLocation directory)
    {
        var (tree, _) = Open(directory, directory);
        return DirectoryNames.Of(tree, PathOf(directory).Full);
    }

    /// <summary>Writes a tar of a file or directory of a container, under its own name.</summary>
    /// <param name="source">What.</param>
    /// <param name="followLink">True when the target of a link is meant.</param>
    /// <param name="tar">Where it goes; not disposed of.</param>
    /// <param name="cancellation">Stops between two pieces.</param>
    public void WriteArchive(CopyLocation source, bool followLink, Stream tar, CancellationToken cancellation)
    {
        if (source.Container is null) throw new InvalidSettingException("Path", source.Path, $"'{source.Path}' is not in a container. Write name:path.");
        var (tree, _) = Open(source, source);
        using var found = CopySource.Find(tree, PathOf(source), followLink);
        var archive = new TreeArchive(tree, tar, cancellation, nanoseconds: true);
        archive.Add(found);
        archive.Finish();
        tree.CheckWhole();
    }

    /// <summary>Extracts a tar, compressed or not, into a directory of a container.</summary>
    /// <param name="tar">The archive; read to its end, not disposed of.</param>
    /// <param name="destination">The directory.</param>
    /// <param name="cancellation">Stops between two pieces.</param>
    /// <exception cref="InvalidContentException">The archive is damaged or hostile.</exception>
    public void ReadArchive(Stream tar, CopyLocation destination, CancellationToken cancellation)
    {
        if (destination.Container is null) throw new InvalidSettingException("Destination", destination.Path, $"'{destination.Path}' is not in a container. Write name:path.");
        var (tree, _) = Open(destination, destination);
        using var target = CopyTarget.FindDirectory(tree, PathOf(destination));
        using var content = Compression.OpenDecompressed(new Borrowed(tar), out _);
        using (var root = Linux.RootedDirectory.Of(target.Directory, tree.Display(target.Path)))
            LayerExtractor.Extract(content, root, new ExtractOptions { Whiteouts = WhiteoutMode.None, IntoExisting = true }, cancellation);
        tree.CheckWhole();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Close();
        _machine.Dispose();
    }

    private static CopyTarget IntoDirectory(CopyTree tree, CopyPath path, CopySource source)
    {
        var target = CopyTarget.FindDirectory(tree, path);
        return source.IsContent ? target : target with { Name = CopyPath.Bytes(source.Name) };
    }

    // Containers that do not run are locked, in the order of their ids, so that two shells never wait for each other.
    private (CopyTree First, CopyTree Second) Open(CopyLocation first, CopyLocation second)
    {
        var ids = (First: IdOf(first), Second: IdOf(second));
        if (!IsOpen(ids.First) || !IsOpen(ids.Second))
        {
            Close();
            foreach (var id in new SortedSet<string>(new[] { ids.First, ids.Second }.OfType<string>(), StringComparer.Ordinal)) _trees[id] = _open(id);
        }

        return (TreeOf(ids.First), TreeOf(ids.Second));
    }

    private string? IdOf(CopyLocation location) => location.Container is null ? null : _idOf(location.Container);

    private bool IsOpen(string? id) => id is null || _trees.ContainsKey(id);

    private CopyTree TreeOf(string? id) => id is null ? _machine : _trees[id];

    private void Close()
    {
        foreach (var tree in _trees.Values) tree.Dispose();
        _trees.Clear();
    }

    /// <summary>A stream of somebody else's, which stays open.</summary>
    private sealed class Borrowed(Stream stream) : ReadStream
    {
        /// <inheritdoc/>
        public override int Read(Span<byte> buffer) => stream.Read(buffer);
    }

    private static CopyPath PathOf(CopyLocation location) => CopyPath.Parse(location.Path, location.Container is null ? Environment.CurrentDirectory : "/");
}

/// <summary>How something is copied.</summary>
/// <param name="FollowLink">The target of a link is copied, not the link; links inside directories stay what they are.</param>
/// <param name="Archive">Copies on this machine get the owners of the originals.</param>
/// <param name="IntoDirectory">The destination must be a directory: several things go there.</param>
public readonly record struct CopyOptions(bool FollowLink = false, bool Archive = false, bool IntoDirectory = false);
