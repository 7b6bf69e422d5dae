using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Images;

public sealed partial class ImageStore
{
    /// <summary>Makes an image of another and what was changed in it.</summary>
    /// <param name="request">What is changed, and by whom.</param>
    /// <param name="cancellation">Gives up; nothing is left behind.</param>
    internal Image Commit(CommitRequest request, CancellationToken cancellation)
    {
        try
        {
            using var transaction = Begin();
            var manifest = new ImageCommitter(_catalog, request, cancellation).Run(transaction, _finder.FindOne(_index.Read(), request.ImageId, out _)[0]);
            if (!transaction.TryPublish(entries => IndexChanges.Add(entries, manifest, request.Names)))
                throw new InvalidContentException($"The image '{request.ImageId}' was removed while another was made of it.", request.ImageId);
            var entries = _index.Read();
            var entry = entries.FirstOrDefault(entry => entry.Manifest == manifest.Digest && (request.Names.Count == 0 || request.Names[0].Equals(entry.Name))) ?? throw new ImageNotFoundException(manifest.Digest.ToString());
            return _catalog.Describe(entry).Named(entry);
        }
        catch (IOException e) when (AtomicFile.IsNoSpace(e))
        {
            throw new NoSpaceException(_paths.Root, e);
        }
    }

    /// <summary>Begins to add to the store.</summary>
    internal StoreTransaction Begin()
    {
        _content.Create();
        _index.Create();
        return new StoreTransaction(_paths, _content, _layers, _index, _locks, _unreferenced);
    }
}
