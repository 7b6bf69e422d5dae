namespace ContainerPS;

/// <summary>Sorts of things in the store.</summary>
public enum StoreItemType
{
    /// <summary>Images: blobs and unpacked layers.</summary>
    Image,

    /// <summary>Containers: what they have written.</summary>
    Container,

    /// <summary>Volumes.</summary>
    Volume,

    /// <summary>Networks, which take no room.</summary>
    Network,

    /// <summary>Blobs and layers that nothing refers to: left by operations that were killed, or by other tools.</summary>
    Content,

    /// <summary>What builds keep for later ones: layers of steps that are in no image, and folders of cache mounts.</summary>
    BuildCache,
}

/// <summary>How much there is of one sort of things, and how much of it nobody uses.</summary>
public sealed class StoreUsage
{
    /// <summary>The sort.</summary>
    public required StoreItemType Type { get; init; }

    /// <summary>How many there are.</summary>
    public int Count { get; init; }

    /// <summary>How many are in use: images and volumes by containers, containers by running.</summary>
    public int Active { get; init; }

    /// <summary>Bytes they take.</summary>
    public long Size { get; init; }

    /// <summary>Bytes that would be free if those not in use were removed.</summary>
    public long Reclaimable { get; init; }
}

/// <summary>What one thing in the store takes.</summary>
public sealed class StoreItemUsage
{
    /// <summary>What it is.</summary>
    public required StoreItemType Type { get; init; }

    /// <summary>Its name, or id when it has none.</summary>
    public required string Name { get; init; }

    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>Bytes it takes, those it shares included.</summary>
    public long Size { get; init; }

    /// <summary>Bytes it shares with other images.</summary>
    public long SharedSize { get; init; }

    /// <summary>Bytes that go with it.</summary>
    public long UniqueSize => Size - SharedSize;

    /// <summary>How many containers use it; of a container, 1 when it runs.</summary>
    public int Active { get; init; }
}

/// <summary>Something that is not used: found by Clear-ContainerStore, and removed unless it is only asked what would be.</summary>
public sealed class UnusedItem
{
    /// <summary>What it is.</summary>
    public required StoreItemType Type { get; init; }

    /// <summary>Its name, or id when it has none.</summary>
    public required string Name { get; init; }

    /// <summary>Its id; of content, null.</summary>
    public string? Id { get; init; }

    /// <summary>Bytes that it frees: of an image, those that no image that stays refers to and none listed before it.</summary>
    public long Size { get; init; }

    /// <summary>Of what builds keep, only what was last used before this is meant.</summary>
    internal DateTimeOffset? Until { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
