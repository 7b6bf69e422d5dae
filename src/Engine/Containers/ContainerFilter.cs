using ContainerPS.Engine.Images;

namespace ContainerPS.Engine.Containers;

/// <summary>Which containers are wanted: those that fit everything that is asked, and of several values of one thing any.</summary>
public sealed record ContainerFilter
{
    /// <summary>What they do.</summary>
    public IReadOnlyCollection<ContainerState> States { get; init; } = [];

    /// <summary>How they are.</summary>
    public IReadOnlyCollection<ContainerHealth> Health { get; init; } = [];

    /// <summary>Labels that they all have: with any value when it is null.</summary>
    public IReadOnlyCollection<KeyValuePair<string, string?>> Labels { get; init; } = [];

    /// <summary>Images that they were made of, or that theirs was built on: names, with wildcards if need be, ids, or beginnings of ids.</summary>
    public IReadOnlyCollection<string> Images { get; init; } = [];

    /// <summary>What they have mounted: names of volumes, paths on the host, or paths inside, with wildcards if need be.</summary>
    public IReadOnlyCollection<string> Volumes { get; init; } = [];

    /// <summary>Only so many of those that fit, the newest; null for all.</summary>
    public int? Last { get; init; }

    /// <summary>The containers that fit, in the order in which they are given: newest first.</summary>
    internal IReadOnlyList<Container> Apply(IReadOnlyList<Container> containers, ImageStore images)
    {
        var ancestors = Images.Select(name => Ancestor.Find(name, images)).ToList();
        var fitting = containers.Where(container => Fits(container) && (ancestors.Count == 0 || ancestors.Exists(ancestor => ancestor.IsOf(container))));
        return [.. Last is { } count ? fitting.Take(count) : fitting];
    }

    private bool Fits(Container container) =>
        (States.Count == 0 || States.Contains(container.State))
        && (Health.Count == 0 || (container.Health is { } health && Health.Contains(health)))
        && Labels.All(label => container.Labels.TryGetValue(label.Key, out var value) && (label.Value is null || label.Value == value))
        && (Volumes.Count == 0 || container.Mounts.Any(mount => Volumes.Any(pattern => HasMounted(mount, pattern))));

    private static bool HasMounted(ContainerMount mount, string pattern)
    {
        foreach (var text in (ReadOnlySpan<string?>)[mount.Name, mount.Source, mount.Target])
            if (text is not null && Wildcard.Fits(pattern, text)) return true;
        return false;
    }
}
