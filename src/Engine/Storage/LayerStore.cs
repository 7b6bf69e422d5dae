using System.Text.Json;
using System.Text.Json.Serialization;
using ContainerPS.Engine.Linux;

namespace ContainerPS.Engine.Storage;

/// <summary>
/// Unpacked layers: <c>layers/&lt;chain id&gt;/diff</c>, read-only for all containers that share them, and the marker <c>layer.json</c>.
/// A layer is unpacked in a <see cref="StagingFolder"/> in <c>layers/ingest/</c>, written back, marked, and renamed: a folder without its marker is nothing.
/// A layer that a build has made is there at once, though not written back: the name of its marker has the machine's boot in it, and counts as long as that lasts.
/// </summary>
internal sealed class LayerStore(StorePaths paths)
{
    private const string Marker = "layer.json";

    private readonly Lazy<string> _marker = new(static () => $"layer.{BootId.Current()}.json");

    /// <summary>The chain id of a layer on top of others (image-spec config.md#layer-chainid).</summary>
    internal static Digest ChainId(Digest? parent, Digest diffId) => parent is { } below ? Digest.Of($"{below} {diffId}") : diffId;

    /// <summary>The chain ids of an image's layers, lowest first.</summary>
    internal static IReadOnlyList<Digest> ChainIds(IReadOnlyList<Digest> diffIds)
    {
        var chain = new Digest[diffIds.Count];
        for (var i = 0; i < chain.Length; i++) chain[i] = ChainId(i == 0 ? null : chain[i - 1], diffIds[i]);
        return chain;
    }

    /// <summary>Makes the folder of layers; only root can enter it, because layers hold setuid programs.</summary>
    internal void Create()
    {
        Directory.CreateDirectory(paths.Root, StagingFolder.PrivateMode);
        Directory.CreateDirectory(paths.Layers, StagingFolder.PrivateMode);
    }

    /// <summary>A folder to unpack layers in; the caller disposes it.</summary>
    internal StagingFolder Stage()
    {
        Create();
        return StagingFolder.Create(Path.Combine(paths.Layers, "ingest"));
    }

    /// <summary>All layers there are, whole or not.</summary>
    internal IEnumerable<Digest> All()
    {
        if (!Directory.Exists(paths.Layers)) yield break;
        foreach (var folder in Directory.EnumerateDirectories(paths.Layers))
            if (Digest.TryParseHex(Path.GetFileName(folder), out var chain)) yield return chain;
    }

    /// <summary>The chain id of a layer's folder as <see cref="DiffOf"/> gives it; false for any other path.</summary>
    internal bool TryChainOf(string diff, out Digest chain)
    {
        chain = default;
        return Path.GetDirectoryName(diff) is { } folder && Path.GetDirectoryName(folder) == paths.Layers && Digest.TryParseHex(Path.GetFileName(folder), out chain);
    }

    /// <summary>The layer's folder for overlay's <c>lowerdir</c>.</summary>
    internal string DiffOf(Digest chain) => Path.Combine(FolderOf(chain), "diff");

    /// <summary>True when the layer is there, whole.</summary>
    internal bool Exists(Digest chain) => IsWrittenBack(chain) || File.Exists(Path.Combine(FolderOf(chain), _marker.Value));

    /// <summary>True when the layer is there and outlives a power cut.</summary>
    internal bool IsWrittenBack(Digest chain) => File.Exists(Path.Combine(FolderOf(chain), Marker));

    /// <summary>Says of a layer that it outlives a power cut: the caller has written it back.</summary>
    internal void Confirm(Digest chain)
    {
        if (IsWrittenBack(chain)) return;
        try
        {
            File.Move(Path.Combine(FolderOf(chain), _marker.Value), Path.Combine(FolderOf(chain), Marker));
        }
        catch (FileNotFoundException) when (IsWrittenBack(chain))
        {
            // Another process has said so just now.
        }
    }

    /// <summary>What is known of a layer, or null when it is not there.</summary>
    internal LayerRecord? Find(Digest chain) => Read(chain, Marker) ?? Read(chain, _marker.Value);

    private LayerRecord? Read(Digest chain, string marker)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(FolderOf(chain), marker)), LayerJson.Default.LayerRecord);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Waits until nobody else unpacks this layer, and keeps others from it until disposed.</summary>
    internal FileLock Lock(Digest chain, CancellationToken cancellation) => new StoreLocks(paths).Layer(chain, cancellation);

    /// <summary>Begins a layer: a folder to unpack into.</summary>
    internal static StagedLayer Begin(StagingFolder folder)
    {
        var layer = new StagedLayer(folder.NewPath());
        Directory.CreateDirectory(layer.Path, StagingFolder.PrivateMode);
        // Its mode is the container's "/" when the archive says nothing of it.
        Directory.CreateDirectory(layer.Diff);
        File.SetUnixFileMode(layer.Diff, (UnixFileMode)0b111_101_101);
        return layer;
    }

    /// <summary>
    /// Makes an unpacked layer visible, unless somebody else has done so.
    /// The caller keeps images from being removed meanwhile.
    /// </summary>
    /// <param name="layer">The layer.</param>
    /// <param name="chain">Its chain id.</param>
    /// <param name="record">What is known of it.</param>
    /// <param name="isWrittenBack">True when the caller has written it back.</param>
    internal void Publish(StagedLayer layer, Digest chain, LayerRecord record, bool isWrittenBack = true)
    {
        if (Exists(chain))
        {
            if (isWrittenBack) Confirm(chain);
            return;
        }

        var folder = FolderOf(chain);
        if (Directory.Exists(folder)) TreeRemover.Remove(folder);
        AtomicFile.Write(Path.Combine(layer.Path, isWrittenBack ? Marker : _marker.Value), JsonSerializer.SerializeToUtf8Bytes(record, LayerJson.Default.LayerRecord), durable: isWrittenBack);
        try
        {
            Directory.Move(layer.Path, folder);
        }
        catch (IOException) when (Exists(chain))
        {
            // Another process published the same layer between the check and the rename.
        }
    }

    /// <summary>Makes what has been published outlive a power cut.</summary>
    internal void FlushNames() => AtomicFile.FlushFolder(paths.Layers);

    /// <summary>Takes a layer away: at once out of sight, into a folder that its caller disposes when there is time.</summary>
    internal void Retire(Digest chain, StagingFolder grave)
    {
        var folder = FolderOf(chain);
        if (Directory.Exists(folder)) Directory.Move(folder, grave.NewPath());
    }

    private string FolderOf(Digest chain) => Path.Combine(paths.Layers, chain.Hex);
}

/// <summary>A layer being unpacked.</summary>
/// <param name="Path">Folder in a staging folder.</param>
internal sealed record StagedLayer(string Path)
{
    /// <summary>Where its files go.</summary>
    internal string Diff => System.IO.Path.Combine(Path, "diff");
}

/// <summary>What is known of an unpacked layer; its presence says that the layer is whole.</summary>
/// <param name="DiffId">Digest of the layer's tar.</param>
/// <param name="Size">Bytes of its files, as they appear.</param>
/// <param name="HidesLower">Nothing of the layers below it shows; overlayfs cannot say so of a layer's root, so they are left out of the mount.</param>
internal sealed record LayerRecord(string DiffId, long Size, bool HidesLower);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LayerRecord))]
internal sealed partial class LayerJson : JsonSerializerContext;
