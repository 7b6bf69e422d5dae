using ContainerPS.Engine;

namespace ContainerPS;

/// <summary>What can be wrong in a store.</summary>
public enum StoreProblemKind
{
    /// <summary><c>oci-layout</c> or <c>index.json</c> is missing or unreadable.</summary>
    Index,

    /// <summary>A blob has another digest than its name says.</summary>
    BlobDamaged,

    /// <summary>A blob that an image refers to is not there.</summary>
    BlobMissing,

    /// <summary>An image's documents do not go together.</summary>
    Image,

    /// <summary>An unpacked layer is not what its blob unpacks to.</summary>
    LayerDamaged,

    /// <summary>A layer that a container stands on is not there.</summary>
    LayerMissing,

    /// <summary>The record of a container cannot be read.</summary>
    Container,

    /// <summary>The record of a volume cannot be read, or a container uses a volume that is not there.</summary>
    Volume,

    /// <summary>A name belongs to a container that does not exist.</summary>
    LostName,

    /// <summary>The file that makes lists of images fast says something else than the images.</summary>
    Records,

    /// <summary>Nothing refers to a blob or a layer; it takes space and does no harm.</summary>
    Unreferenced,
}

/// <summary>Something that is wrong in a store, or could be tidier.</summary>
public sealed class StoreProblem
{
    /// <summary>What it is.</summary>
    public required StoreProblemKind Kind { get; init; }

    /// <summary>False when something is broken, true when it only takes space or time.</summary>
    public bool IsHarmless => Kind is StoreProblemKind.Unreferenced or StoreProblemKind.Records or StoreProblemKind.LostName;

    /// <summary>The blob, layer, image, container or file.</summary>
    public required string Item { get; init; }

    /// <summary>Images and containers that are concerned.</summary>
    public IReadOnlyList<string> UsedBy { get; init => field = ReadableList<string>.Of(value); } = ReadableList<string>.None;

    /// <summary>What is wrong, in words.</summary>
    public required string Message { get; init; }

    /// <summary>True when it has been put right.</summary>
    public bool IsRepaired { get; internal set; }

    /// <summary>What is left to do; null when nothing is.</summary>
    public string? Advice { get; internal set; }

    /// <inheritdoc/>
    public override string ToString() => $"{Item}: {Message}";
}

/// <summary>How far a check has come.</summary>
/// <param name="Item">The blob or layer at work.</param>
/// <param name="Done">How many are done.</param>
/// <param name="Total">How many there are.</param>
public readonly record struct StoreCheckProgress(string Item, int Done, int Total);
