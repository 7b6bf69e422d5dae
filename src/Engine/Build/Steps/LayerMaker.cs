using ContainerPS.Engine.Containers;
using ContainerPS.Engine.Images;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Storage;
using Tmds.Linux;

namespace ContainerPS.Engine.Build;

/// <summary>Makes layers of what steps have changed: the directory with the changes becomes the layer's folder as it is, its tar is written once.</summary>
internal sealed class LayerMaker(BuildSession session)
{
    // Overlayfs takes 500 folders (OVL_MAX_STACK); commands have one more below all others.
    private const int MostLayers = 499;

    /// <summary>Begins a layer: an empty directory for changes, whose root looks like the stage's.</summary>
    internal StagedLayer Begin(BuildState state)
    {
        if (state.Layers.Count >= MostLayers)
            throw new ContainerEngineException("TooManyLayers", ErrorKind.ResourceExhausted, $"the stage has {MostLayers} layers, and a container's files can be of no more. Put several commands into one RUN, or copy what is needed into another stage", state.Layers.Count);
        var layer = session.Transaction.BeginLayer();

        // Overlay shows the root of the uppermost folder as the root.
        if (state.Top is { } top) FolderMode.Copy(session.Images.Layers.DiffOf(top), layer.Diff);
        return layer;
    }

    /// <summary>Ends a layer: it is in the store from now on.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="state">The stage that it goes on top of.</param>
    /// <param name="isPartOfResult">True when it becomes a layer of the result.</param>
    internal BuildLayer Finish(StagedLayer layer, BuildState state, bool isPartOfResult)
    {
        var folders = state.Folders(session.Images.Layers);
        var options = new LayerWriteOptions
        {
            LatestTime = session.LatestTime,
            Settles = true,
            Lower = folders.Count == 0 ? () => FileDescriptors.Open(session.EmptyFolder(), LibC.O_RDONLY | LibC.O_DIRECTORY) : () => OverlayView.Read(folders),
        };
        var (digest, content) = Write(layer.Diff, options, isPartOfResult && session.MakesImage);
        var chain = LayerStore.ChainId(state.Top, digest);
        session.Transaction.PublishNow(layer, chain, new LayerRecord(digest.ToString(), content.Bytes, HidesLower: false));
        var created = session.LatestTime is { } latest ? DateTimeOffset.FromUnixTimeSeconds(latest) : DateTimeOffset.UtcNow;
        return new BuildLayer(digest, chain, HidesLower: false, created, Descriptor: null);
    }

    /// <summary>The layer of a step that an earlier build has done, when it is still there.</summary>
    /// <param name="step">The step.</param>
    /// <param name="state">The stage that it goes on top of.</param>
    /// <param name="isPartOfResult">True when it becomes a layer of the result.</param>
    internal BuildLayer? Find(CachedStep step, BuildState state, bool isPartOfResult)
    {
        if (!Digest.TryParse(step.DiffId, out var diffId) || !Digest.TryParse(step.Chain, out var before)) return null;
        var chain = LayerStore.ChainId(state.Top, diffId);
        if (session.Transaction.HasLayer(chain)) return Known(diffId, chain, step.Created);

        // What was linked lies on top of other files by now.
        if (chain == before || !session.Transaction.HasLayer(before)) return null;
        var tar = WriteTar(new BuildLayer(diffId, before, HidesLower: false, step.Created, Descriptor: null));
        return Import(diffId, step.Created, state, isPartOfResult, _ => new LayerPlan(diffId.ToString(), diffId, Size: null, diffId, chain), _ => File.OpenRead(tar));
    }

    /// <summary>Takes in a layer that was made on top of other files, or by another machine.</summary>
    /// <param name="diffId">The layer.</param>
    /// <param name="created">When it was made.</param>
    /// <param name="state">The stage that it goes on top of.</param>
    /// <param name="isPartOfResult">True when it becomes a layer of the result.</param>
    /// <param name="plan">What is known of it, given its chain id.</param>
    /// <param name="open">Opens its tar.</param>
    internal BuildLayer Import(Digest diffId, DateTimeOffset created, BuildState state, bool isPartOfResult, Func<Digest, LayerPlan> plan, Func<LayerPlan, Stream> open)
    {
        var chain = LayerStore.ChainId(state.Top, diffId);
        if (!session.Transaction.HasLayer(chain))
        {
            var known = plan(chain);
            session.Transaction.AddLayerNow(known, () => open(known), isPartOfResult && session.MakesImage, session.Cancellation);
        }

        return Known(diffId, chain, created);
    }

    /// <summary>Writes a layer's tar into a file that goes with the build.</summary>
    internal string WriteTar(BuildLayer layer)
    {
        using var blob = new BlobWriter(session.Scratch);
        using var sink = new LayerSink(blob);
        LayerWriter.Write(session.Images.Layers.DiffOf(layer.Chain), sink, new LayerWriteOptions(), session.Cancellation);
        return blob.Finish(Verify(sink.Finish(), layer)).Path;
    }

    /// <summary>Makes sure that a layer of the result has its blob: of one that is cached it may be gone, and is written again from its folder.</summary>
    internal void ProvideBlob(BuildLayer layer)
    {
        if (layer.Descriptor is not null || session.Transaction.HasBlob(layer.DiffId)) return;
        var (digest, _) = Write(session.Images.Layers.DiffOf(layer.Chain), new LayerWriteOptions(), keepsBlob: true);
        Verify(digest, layer);
    }

    private BuildLayer Known(Digest diffId, Digest chain, DateTimeOffset created) =>
        new(diffId, chain, session.Images.Layers.Find(chain)?.HidesLower == true, created, Descriptor: null);

    private static Digest Verify(Digest digest, BuildLayer layer) => digest == layer.DiffId
        ? digest
        : throw new InvalidContentException($"The layer '{layer.Chain}' in the store is damaged: its files give the digest '{digest}', and should give '{layer.DiffId}'. Clear-ContainerStore -BuildCache removes it; then build again.", layer.Chain.ToString());

    private (Digest Digest, LayerContent Content) Write(string folder, LayerWriteOptions options, bool keepsBlob)
    {
        using var blob = keepsBlob ? session.Transaction.BeginBlob() : null;
        using var sink = new LayerSink(blob);
        var content = LayerWriter.Write(folder, sink, options, session.Cancellation);
        var digest = sink.Finish();
        if (blob is not null) session.Transaction.Add(blob.Finish(digest));
        return (digest, content);
    }
}
