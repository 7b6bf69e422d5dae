using ContainerPS.Engine.Images;

namespace ContainerPS.Engine.Containers;

/// <summary>What to clear away.</summary>
public sealed record StoreSelection
{
    /// <summary>Sorts of things.</summary>
    public IReadOnlyCollection<StoreItemType> Types { get; init; } = [StoreItemType.Image, StoreItemType.Container, StoreItemType.Content];

    /// <summary>All images that no container uses, not only those without a name.</summary>
    public bool AllImages { get; init; }

    /// <summary>All volumes that no container uses, not only anonymous ones.</summary>
    public bool AllVolumes { get; init; }

    /// <summary>Only what was made before this moment; content has no such moment and is always meant.</summary>
    public DateTimeOffset? Until { get; init; }
}

public sealed partial class StoreKeeper
{
    /// <summary>What nobody uses: stopped containers, volumes and images that no other container uses, content that nothing refers to.</summary>
    /// <param name="selection">What is meant.</param>
    /// <param name="damaged">Told of each volume whose record cannot be read; null to give up with the first.</param>
    public IReadOnlyList<UnusedItem> FindUnused(StoreSelection selection, Action<ContainerEngineException>? damaged = null)
    {
        var containers = _containers.List();
        var stopped = selection.Types.Contains(StoreItemType.Container) ? containers.Where(container => IsStopped(container) && IsOld(container.Created, selection)).ToList() : [];
        var found = stopped.ConvertAll(container => new UnusedItem { Type = StoreItemType.Container, Name = container.Name, Id = container.Id, Size = SizeOf(container) });
        if (selection.Types.Contains(StoreItemType.Volume)) found.AddRange(FindVolumes(selection, stopped, damaged));
        if (selection.Types.Contains(StoreItemType.Network))
        {
            found.AddRange(_containers.Networks.FindUnused().Where(network => network.Created is { } created && IsOld(created, selection))
                .Select(static network => new UnusedItem { Type = StoreItemType.Network, Name = network.Name, Id = network.Name }));
        }

        if (selection.Types.Contains(StoreItemType.Image)) found.AddRange(FindImages(selection, containers.Except(stopped)));
        if (selection.Types.Contains(StoreItemType.Content) && _images.FindUnreferenced(_containers.ImageUsers) is { Count: > 0 } content)
            found.Add(new UnusedItem { Type = StoreItemType.Content, Name = content.ToString(), Size = content.Size });
        if (selection.Types.Contains(StoreItemType.BuildCache) && BuildCache.Find(selection.Until) is { Count: > 0 } cache)
            found.Add(new UnusedItem { Type = StoreItemType.BuildCache, Name = cache.ToString(), Size = cache.Size, Until = selection.Until });
        return found;
    }

    /// <summary>Removes what has been found, unless it is in use by now.</summary>
    /// <returns>What is gone.</returns>
    public IReadOnlyList<UnusedItem> Clear(IReadOnlyCollection<UnusedItem> items, CancellationToken cancellation)
    {
        var gone = new List<UnusedItem>();
        foreach (var container in items.Where(item => item.Type == StoreItemType.Container))
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                _containers.Remove(container.Id!, force: false, cancellation);
                gone.Add(container);
            }
            catch (Exception e) when (e is InvalidContainerStateException or ContainerNotFoundException)
            {
                // Started or removed by somebody else meanwhile.
            }
        }

        foreach (var volume in items.Where(item => item.Type == StoreItemType.Volume))
        {
            cancellation.ThrowIfCancellationRequested();
            if (_containers.Volumes.RemoveUnused(volume.Id!, out _)) gone.Add(volume);
        }

        foreach (var network in items.Where(item => item.Type == StoreItemType.Network))
        {
            cancellation.ThrowIfCancellationRequested();
            if (_containers.Networks.RemoveUnused(network.Id!, out _)) gone.Add(network);
        }

        foreach (var cache in items.Where(item => item.Type == StoreItemType.BuildCache))
        {
            cancellation.ThrowIfCancellationRequested();
            BuildCache.Remove(BuildCache.Find(cache.Until));
            gone.Add(cache);
        }

        cancellation.ThrowIfCancellationRequested();
        var images = items.Where(item => item.Type == StoreItemType.Image).ToList();
        var content = items.FirstOrDefault(item => item.Type == StoreItemType.Content);
        if (images.Count == 0 && content is null) return gone;
        var removed = _images.RemoveUnused([.. images.Select(image => image.Id!)], content is not null, _containers.ImageUsers);
        gone.AddRange(images.Where(image => removed.Contains(image.Id!)));
        if (content is not null) gone.Add(content);
        return gone;
    }

    // What only containers use that go, too, is unused by then.
    private IEnumerable<UnusedItem> FindVolumes(StoreSelection selection, IEnumerable<Container> going, Action<ContainerEngineException>? damaged)
    {
        var names = going.Select(container => container.Name).ToHashSet(StringComparer.Ordinal);
        return _containers.Volumes.List(measure: true, damaged)
            .Where(volume => (volume.IsAnonymous || selection.AllVolumes) && IsOld(volume.Created, selection) && volume.UsedBy.All(names.Contains))
            .Select(volume => new UnusedItem { Type = StoreItemType.Volume, Name = volume.Name, Id = volume.Name, Size = volume.Size ?? 0 });
    }

    private IEnumerable<UnusedItem> FindImages(StoreSelection selection, IEnumerable<Container> staying)
    {
        var used = staying.SelectMany(ContainerManager.UsersOf).Select(user => user.ImageId).ToHashSet(StringComparer.Ordinal);
        var unused = _images.List().GroupBy(image => image.ImageId)
            .Where(names => !used.Contains(names.Key) && IsOld(names.First().Created, selection) && (selection.AllImages || names.All(image => image.Repository is null)))
            .ToList();
        var sizes = _images.Sizes().FreedBy(unused.ConvertAll(names => names.Key));
        return unused.Select((names, i) => new UnusedItem { Type = StoreItemType.Image, Name = string.Join(", ", names.Select(image => image.Name).Order(StringComparer.Ordinal)), Id = names.Key, Size = sizes[i] });
    }

    private static bool IsOld(DateTimeOffset? created, StoreSelection selection) => selection.Until is not { } until || created < until;
}
