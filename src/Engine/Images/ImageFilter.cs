namespace ContainerPS.Engine.Images;

/// <summary>Which of the images that were found are meant; what is not set does not matter.</summary>
public sealed record ImageFilter
{
    /// <summary>True for images without a name, false for those with one.</summary>
    public bool? Dangling { get; init; }

    /// <summary>Labels they all must have: <c>key</c>, or <c>key=value</c>.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Made before this moment.</summary>
    public DateTimeOffset? Before { get; init; }

    /// <summary>Made after this moment.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>True when an image is meant.</summary>
    public bool Fits(Image image) =>
        (Dangling is null || Dangling == (image.Repository is null))
        && Labels.All(label => HasLabel(image, label))
        && (Before is null || image.Created < Before)
        && (Since is null || image.Created > Since);

    private static bool HasLabel(Image image, string label)
    {
        var equals = label.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0) return image.Labels.ContainsKey(label);
        return image.Labels.TryGetValue(label[..equals], out var value) && value == label[(equals + 1)..];
    }
}
