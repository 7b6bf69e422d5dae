using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Images;

internal sealed partial class StoreChecker
{
    private StagingFolder? _grave;
    private IReadOnlyCollection<ImageUser>? _users;

    /// <summary>Puts right what can be. The caller is alone in the store.</summary>
    /// <param name="usedBy">The containers there are by now; null when not all of them are known, and then no layer is touched.</param>
    /// <param name="grave">Where layers are put out of sight; the caller disposes it after letting go of the lock.</param>
    internal void Repair(IReadOnlyCollection<ImageUser>? usedBy, StagingFolder grave)
    {
        (_users, _grave) = (usedBy, grave);
        foreach (var (problem, repair) in _found)
        {
            cancellation.ThrowIfCancellationRequested();
            if (repair?.Invoke(problem) != true) continue;
            problem.IsRepaired = true;
            problem.Advice = null;
        }
    }

    private bool Unpack(StoreProblem problem, Digest chain, LayerSource source)
    {
        var path = layers.DiffOf(chain);
        if (_users is null)
        {
            problem.Advice = "The record of a container cannot be read, so that it is not known whether it stands on this layer: see to that first.";
            return false;
        }

        if (_users.FirstOrDefault(user => user.Running && user.LayerPaths.Contains(path)) is { } user)
        {
            problem.Advice = $"The running container '{user.Container}' stands on it: stop that, and repair again.";
            return false;
        }

        using var blob = _badBlobs.Contains(source.Blob) ? null : content.TryOpen(source.Blob);
        if (blob is null)
        {
            // Away with it, so that it is unpacked again when its blob comes again.
            Retire(chain);
            problem.Advice = Again(source.Images);
            return false;
        }

        using var folder = layers.Stage();
        var staged = LayerStore.Begin(folder);
        var result = LayerIngest.Run(blob, null, staged.Diff, null, cancellation);
        if (result.DiffId != source.DiffId)
        {
            problem.Advice = Again(source.Images);
            return false;
        }

        WriteBack.FileSystemOf(folder.Path);
        Retire(chain);
        layers.Publish(staged, chain, result.Record);
        layers.FlushNames();
        return true;
    }

    private void Retire(Digest chain) => layers.Retire(chain, _grave!);

    // Names were nowhere but in the index; what the blobs tell is which images there are.
    private bool RebuildIndex(StoreProblem problem)
    {
        var path = Path.Combine(paths.Images, "index.json");
        File.Move(path, path + ".damaged", overwrite: true);
        index.Update(_ => [.. content.All().Where(blob => blob.Size <= ContentStore.MaxManifest && !_badBlobs.Contains(blob.Digest)).Select(blob => EntryOf(blob.Digest)).OfType<IndexEntry>()]);
        return true;
    }

    private IndexEntry? EntryOf(Digest blob)
    {
        try
        {
            var json = content.ReadDocument(blob, ContentStore.MaxManifest);
            var what = $"document '{blob}'";
            if (Documents.KindOf(json, null, what) != DocumentKind.Manifest) return null;
            var manifest = Documents.ReadManifest(json, null, what);
            if (manifest.Config!.MediaType is not (MediaTypes.OciConfig or MediaTypes.DockerConfig)) return null;
            var config = catalog.ReadConfig(manifest, blob);
            var platform = new Platform { Os = config.Os ?? "linux", Architecture = config.Architecture, Variant = config.Variant };
            return IndexEntry.For(new StagedManifest(blob, json.Length, manifest.MediaType ?? MediaTypes.OciManifest, platform), null);
        }
        catch (InvalidContentException)
        {
            // A layer, a config, or an image that is not whole.
            return null;
        }
    }
}
