using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Registries;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Images;

/// <summary>
/// Pulls one image. Documents first, then the layers that are missing, several at a time; the name is the last thing to appear. What has come whole is kept when
/// it is cancelled or fails, and what has come in part is gone on with by the next pull.
/// </summary>
internal sealed class ImagePuller(StorePaths paths, ContentStore content, Func<StoreTransaction> begin, PullRequest request, IProgress<TransferProgress>? progress, CancellationToken cancellation)
{
    /// <summary>Pulls, and gives what is named now and the digest that the registry gave.</summary>
    internal (Digest Manifest, Digest Asked, ImageReference Name) Run()
    {
        var name = ImageReference.Parse(request.Image).WithDefaultTag();
        // A digest says which; a tag beside it says only what somebody called it.
        if (name.Domain.Length == 0) throw new InvalidReferenceException(request.Image, "its registry is not a host name");
        if (name.Digest is not null) name = new ImageReference(name.Domain, name.Path, null, name.Digest);
        var platform = request.Platform is null ? null : Platforms.Parse(request.Platform);
        if (platform is not null && request.AllPlatforms) throw new InvalidSettingException("Platform", request.Platform, "Give either -Platform or -AllPlatforms.");

        using var context = RegistryContext.Open(paths, request.Log, request.Limits);
        var source = BlobSource.Open(context, name);
        var plan = new PullPlanner(source, content, platform, request.AllPlatforms, cancellation).Read(name);
        var partials = new PartialBlobs(paths);
        partials.Sweep(content);
        using var transaction = begin();
        transaction.LockLayers(plan.Layers.Select(layer => layer.Plan.Chain), cancellation);
        do
        {
            foreach (var document in plan.Documents) transaction.AddDocument(document);
            try
            {
                new LayerFetcher(transaction, source, partials, progress, context.Settings.Downloads).Run(plan, cancellation);
            }
            catch (Exception e) when (e is OperationCanceledException or RegistryException)
            {
                transaction.KeepLayers();
                partials.Sweep(content);
                throw;
            }

            cancellation.ThrowIfCancellationRequested();
        }
        while (!transaction.TryPublish(entries => IndexChanges.Add(entries, plan.Top, [name])));
        partials.Sweep(content);
        return (plan.Top.Digest, plan.Asked, name);
    }
}
