using ContainerPS.Engine.Registries;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Images;

/// <summary>Fetches the layers of one pull, several at a time, each straight from the network into the store's staging.</summary>
internal sealed class LayerFetcher(StoreTransaction transaction, BlobSource source, PartialBlobs partials, IProgress<TransferProgress>? progress, int parallel)
{
    /// <summary>Fetches and unpacks what is missing. When one fails, the others are stopped, and that one's error counts.</summary>
    internal void Run(PullPlan plan, CancellationToken cancellation)
    {
        var work = plan.Layers.Select(layer => (Layer: layer, Unpack: true)).Concat(plan.Blobs.Select(layer => (Layer: layer, Unpack: false))).ToList();
        for (var i = 0; i < work.Count; i++) Report(work[i].Layer, TransferPhase.Waiting, 0, i, work.Count);

        // What another process removes or adds meanwhile is seen when all is published.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Exception? failure = null;
        var next = -1;
        var threads = Enumerable.Range(0, Math.Min(parallel, work.Count))
            .Select(_ => Task.Factory.StartNew(Take, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
        Task.WaitAll(threads, CancellationToken.None);
        cancellation.ThrowIfCancellationRequested();
        // Nothing is kept of an image that has turned out to be damaged, or for which there is no room.
        if (failure is InvalidContentException or NoSpaceException) work.ForEach(item => partials.Drop(item.Layer.Plan.Blob));
        if (failure is not null) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);

        void Take()
        {
            int i;
            while (!stop.IsCancellationRequested && (i = Interlocked.Increment(ref next)) < work.Count)
            {
                try
                {
                    Fetch(work[i].Layer, work[i].Unpack, i, work.Count, stop.Token);
                }
                catch (Exception e)
                {
                    Interlocked.CompareExchange(ref failure, e, null);
                    stop.Cancel();
                }
            }
        }
    }

    private void Fetch(PulledLayer layer, bool unpack, int index, int count, CancellationToken cancellation)
    {
        var plan = layer.Plan;
        var size = plan.Size!.Value;
        if (transaction.Has(plan, unpack))
        {
            Report(layer, TransferPhase.Exists, size, index, count);
            return;
        }

        // Another image may have the same blob on another layer; and another process may be at it.
        using var held = partials.Lock(plan.Blob, cancellation);
        if (transaction.HasBlob(plan.Blob))
        {
            if (unpack) transaction.AddLayer(plan, () => Download(layer, cancellation), done => Report(layer, TransferPhase.Extracting, done, index, count), cancellation);
            Report(layer, TransferPhase.Done, size, index, count);
            return;
        }

        for (var isSecond = false; ; isSecond = true)
        {
            using var download = Download(layer, cancellation);
            var resumed = download.Resumed;
            try
            {
                transaction.AddDownload(plan, download, download.Path, unpack, done => Report(layer, done < size ? TransferPhase.Downloading : TransferPhase.Extracting, done, index, count), cancellation);
                break;
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested && (e is InvalidContentException or NoSpaceException))
            {
                File.Delete(download.Path);
                // What an earlier process left may have been damaged with the machine: one more try with all of it from the registry.
                if (resumed == 0 || isSecond || e is NoSpaceException) throw;
            }
        }

        Report(layer, TransferPhase.Done, size, index, count);
    }

    private BlobDownload Download(PulledLayer layer, CancellationToken cancellation) => new(partials.PathOf(layer.Plan.Blob), source, layer, cancellation);

    private void Report(PulledLayer layer, TransferPhase phase, long done, int index, int count) =>
        progress?.Report(new TransferProgress(layer.Plan.Blob.Hex[..12], phase, done, layer.Plan.Size!.Value, index, count));
}
