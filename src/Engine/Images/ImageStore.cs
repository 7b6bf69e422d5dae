using ContainerPS.Engine.Events;
using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Images;

/// <summary>The images of a store: an OCI image layout that other tools read in place, and the layers unpacked beside it.</summary>
/// <remarks>Any number of processes may use one store at once. An instance may be used by several threads, and is cheap; one that is kept remembers what it has read.</remarks>
public sealed partial class ImageStore
{
    private readonly StorePaths _paths;
    private readonly ContentStore _content;
    private readonly LayerStore _layers;
    private readonly IndexFile _index;
    private readonly ImageCatalog _catalog;
    private readonly ImageFinder _finder;
    private readonly UnreferencedContent _unreferenced;
    private readonly StoreLocks _locks;
    private readonly EventLog _events;

    /// <summary>Opens a store; its folders are made when the first image comes.</summary>
    public ImageStore(StorePaths paths)
    {
        _paths = paths;
        _content = new ContentStore(paths);
        _layers = new LayerStore(paths);
        _index = new IndexFile(paths);
        _catalog = new ImageCatalog(paths, _content, _layers);
        _finder = new ImageFinder(_catalog);
        _unreferenced = new UnreferencedContent(paths, _index, _catalog, _content, _layers);
        _locks = new StoreLocks(paths);
        _events = new EventLog(paths);
    }

    /// <summary>All images under all their names, the newest first.</summary>
    public IReadOnlyList<Image> List() => Show(_index.Read());

    /// <summary>The images that a pattern means: a name with wildcards, a repository (all its tags), a name with its tag, an id or the beginning of one.</summary>
    /// <exception cref="ImageNotFoundException">A pattern without wildcards fits nothing.</exception>
    /// <exception cref="AmbiguousIdException">The beginning of an id fits several images.</exception>
    public IReadOnlyList<Image> Find(string pattern) => Show(_finder.Find(_index.Read(), pattern));

    /// <summary>One image: by name (without a tag, <c>latest</c> is meant), id, or the beginning of an id.</summary>
    /// <exception cref="ImageNotFoundException">There is none.</exception>
    /// <exception cref="AmbiguousIdException">The beginning of an id fits several images.</exception>
    public Image Get(string nameOrId)
    {
        var entry = _finder.FindOne(_index.Read(), nameOrId, out _)[0];
        return _catalog.Describe(entry).Named(entry);
    }

    /// <summary>An image's config; its layers are left alone.</summary>
    /// <exception cref="ImageNotFoundException">There is none.</exception>
    /// <exception cref="InvalidContentException">The store lacks a part of it.</exception>
    internal ImageConfig ReadConfig(string nameOrId)
    {
        using var held = LockShared();
        var (manifest, digest) = _catalog.ReadManifest(_finder.FindOne(_index.Read(), nameOrId, out _)[0]);
        return _catalog.ReadConfig(manifest, digest);
    }

    /// <summary>An image with its config and its unpacked layers; hold <see cref="LockShared"/> from here until what uses the layers is recorded.</summary>
    /// <exception cref="ImageNotFoundException">There is none.</exception>
    /// <exception cref="InvalidContentException">The store lacks a part of it.</exception>
    public ResolvedImage Resolve(string nameOrId)
    {
        using var held = LockShared();
        var entry = _finder.FindOne(_index.Read(), nameOrId, out _)[0];
        var (manifest, digest) = _catalog.ReadManifest(entry);
        var config = _catalog.ReadConfig(manifest, digest);
        IReadOnlyList<string> paths;
        try
        {
            paths = new LayerUnpacker(_content, _layers).Unpack(manifest, config, digest);
        }
        catch (IOException e) when (AtomicFile.IsNoSpace(e))
        {
            throw new NoSpaceException(_paths.Root, e);
        }

        return new ResolvedImage(_catalog.Describe(entry).Named(entry), config, paths);
    }

    /// <summary>Adds the images of an archive, a folder or a stream.</summary>
    /// <param name="request">What to import, and how to name it.</param>
    /// <param name="progress">Told how far it has come, on the calling thread.</param>
    /// <param name="cancellation">Gives up; nothing is left behind.</param>
    /// <returns>The images under the names that this import has given them.</returns>
    /// <exception cref="InvalidContentException">The source is damaged, hostile, or of an unknown form. Nothing is left behind.</exception>
    /// <exception cref="NoSpaceException">The disk is full. Nothing is left behind.</exception>
    /// <exception cref="InvalidReferenceException">The name is not an image name.</exception>
    public IReadOnlyList<Image> Import(ImportRequest request, IProgress<ImportProgress>? progress, CancellationToken cancellation)
    {
        try
        {
            _content.Create();
            _index.Create();
            var imported = new ImageImporter(Begin, request, progress, cancellation).Run();
            return Tell(EventAction.Import, Show(ImportedName.EntriesOf(_index.Read(), imported)));
        }
        catch (IOException e) when (AtomicFile.IsNoSpace(e))
        {
            throw new NoSpaceException(_paths.Root, e);
        }
    }

    /// <summary>Pulls an image from its registry, or from a mirror of it.</summary>
    /// <param name="request">What to pull.</param>
    /// <param name="progress">Told how far each layer has come, by several threads.</param>
    /// <param name="cancellation">Gives up; layers that are whole are kept for the next pull.</param>
    /// <exception cref="RegistryException">The registry does not have it, or cannot be reached, or does not allow it.</exception>
    /// <exception cref="InvalidContentException">What came is damaged or hostile. Nothing of it is left behind.</exception>
    /// <exception cref="NoSpaceException">The disk is full.</exception>
    /// <exception cref="InvalidReferenceException">The name is not an image name.</exception>
    public PullResult Pull(PullRequest request, IProgress<TransferProgress>? progress, CancellationToken cancellation)
    {
        try
        {
            _content.Create();
            _index.Create();
            var before = _index.Read();
            var (manifest, asked, name) = new ImagePuller(_paths, _content, Begin, request, progress, cancellation).Run();
            var entry = _index.Read().FirstOrDefault(entry => entry.Manifest == manifest && name.Equals(entry.Name)) ?? throw new ImageNotFoundException(name.ToFamiliarString());
            return new PullResult(Tell(EventAction.Pull, _catalog.Describe(entry).Named(entry)), asked.ToString(), !before.Any(old => old.Manifest == manifest && name.Equals(old.Name)));
        }
        catch (IOException e) when (AtomicFile.IsNoSpace(e))
        {
            throw new NoSpaceException(_paths.Root, e);
        }
    }

    /// <summary>Pushes an image to the registry that its name says, byte for byte as it is in the store.</summary>
    /// <param name="request">What to push.</param>
    /// <param name="progress">Told how far each layer has gone, by several threads.</param>
    /// <param name="cancellation">Gives up; what the registry has already, it keeps.</param>
    /// <returns>The images that were pushed.</returns>
    /// <exception cref="ImageNotFoundException">There is none of that name.</exception>
    /// <exception cref="RegistryException">The registry cannot be reached, or does not allow it.</exception>
    public IReadOnlyList<Image> Push(PushRequest request, IProgress<TransferProgress>? progress, CancellationToken cancellation)
    {
        // Nobody removes meanwhile what is being sent.
        using var held = LockShared();
        var entries = _index.Read();
        var asked = ImageReference.Parse(request.Image);
        if (request.AllTags && (asked.Tag ?? asked.Digest) is not null) throw new InvalidSettingException("AllTags", request.Image, $"All tags are asked for, and '{request.Image}' names one. Leave either out.");
        var pushed = request.AllTags
            ? [.. entries.Where(entry => entry.Name is { Tag: not null } name && name.Repository == asked.Repository)]
            : entries.Where(entry => entry.Name is { } name && name.Repository == asked.Repository && (asked.Digest is null ? name.Tag == asked.WithDefaultTag().Tag : asked.Digest == name.Digest || asked.Digest == entry.Manifest.ToString())).Take(1).ToList();
        if (pushed.Count == 0) throw new ImageNotFoundException(request.Image);
        using var context = Registries.RegistryContext.Open(_paths, request.Log, request.Limits);
        var pusher = new ImagePusher(_content, _catalog, context, entries, progress, cancellation);
        foreach (var entry in pushed) pusher.Push(entry, entry.Name!);
        return Tell(EventAction.Push, [.. pushed.Select(entry => _catalog.Describe(entry).Named(entry))]);
    }

    /// <summary>Removes an image or one of its names, by Docker's rules.</summary>
    /// <param name="nameOrId">A name takes away that name, and the content with the last one; an id takes away all names and the content.</param>
    /// <param name="usedBy">The containers there are; an image that one of them uses keeps its content.</param>
    /// <param name="force">Take the names away though a container uses the image, or though an id has several names.</param>
    /// <exception cref="ImageNotFoundException">There is none.</exception>
    /// <exception cref="ImageInUseException">A container uses it, or it has several names.</exception>
    public ImageRemoval Remove(string nameOrId, IReadOnlyCollection<ImageUser> usedBy, bool force) => Remove(nameOrId, () => usedBy, force);

    /// <summary>Removes an image or one of its names, by Docker's rules; the containers there are asked for once nobody can create one any more.</summary>
    /// <inheritdoc cref="Remove(string, IReadOnlyCollection{ImageUser}, bool)"/>
    public ImageRemoval Remove(string nameOrId, Func<IReadOnlyCollection<ImageUser>> usedBy, bool force)
    {
        using var grave = _layers.Stage();
        using var held = _locks.Remove();
        var removal = new ImageRemover(_index, _catalog, _unreferenced).Remove(nameOrId, usedBy(), force, grave);
        foreach (var name in removal.Untagged) _events.Write(ContainerEventType.Image, EventAction.Untag, removal.ImageId, name);
        foreach (var id in removal.Deleted) _events.Write(ContainerEventType.Image, EventAction.Delete, id);
        return removal;
    }

    /// <summary>Keeps images from being removed until disposed. Taken after the locks of networks and containers; others may hold it, too.</summary>
    public IDisposable LockShared() => _locks.Use();

    private Image Tell(string action, Image image)
    {
        _events.Write(ContainerEventType.Image, action, image.ImageId, image.Repository is null ? null : image.Name);
        return image;
    }

    private IReadOnlyList<Image> Tell(string action, IReadOnlyList<Image> images)
    {
        foreach (var image in images) Tell(action, image);
        return images;
    }

    private IReadOnlyList<Image> Show(IReadOnlyList<IndexEntry> entries)
    {
        var records = _catalog.Describe(entries);
        var images = new Image[entries.Count];
        for (var i = 0; i < images.Length; i++) images[i] = records[i].Named(entries[i]);
        Array.Sort(images, static (a, b) => Nullable.Compare(b.Created, a.Created) is var newer and not 0 ? newer : string.CompareOrdinal(a.Name, b.Name));
        return images;
    }
}
