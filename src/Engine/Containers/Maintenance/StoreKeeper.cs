using ContainerPS.Engine.Images;
using ContainerPS.Engine.Linux;

namespace ContainerPS.Engine.Containers;

/// <summary>Looks after the store as a whole: how much there is, what nobody uses, whether all is as it should be.</summary>
public sealed partial class StoreKeeper
{
    private readonly StorePaths _paths;
    private readonly ImageStore _images;
    private readonly ContainerManager _containers;

    internal StoreKeeper(StorePaths paths, ImageStore images, ContainerManager containers) => (_paths, _images, _containers) = (paths, images, containers);

    private BuildCacheKeeper BuildCache => new(_paths, _images, _containers.ImageUsers);

    /// <summary>How much there is of each sort, and how much of it nobody uses.</summary>
    /// <param name="damaged">Told of each volume whose record cannot be read; null to give up with the first.</param>
    public IReadOnlyList<StoreUsage> Measure(Action<ContainerEngineException>? damaged = null)
    {
        var containers = _containers.List();
        var (sizes, ids) = (_images.Sizes(), _images.List().Select(image => image.ImageId).Distinct().ToList());
        var used = ids.Intersect(_containers.ImageUsers().Select(user => user.ImageId)).ToList();
        var all = sizes.SizeOf(ids);
        var written = containers.Select(container => (IsActive: !IsStopped(container), Size: SizeOf(container))).ToList();
        var content = _images.FindUnreferenced(_containers.ImageUsers);
        var volumes = _containers.Volumes.List(measure: true, damaged);
        var cache = BuildCache.Find(until: null);
        return
        [
            new StoreUsage { Type = StoreItemType.Image, Count = ids.Count, Active = used.Count, Size = all, Reclaimable = all - sizes.SizeOf(used) },
            new StoreUsage
            {
                Type = StoreItemType.Container,
                Count = written.Count,
                Active = written.Count(container => container.IsActive),
                Size = written.Sum(container => container.Size),
                Reclaimable = written.Where(container => !container.IsActive).Sum(container => container.Size),
            },
            new StoreUsage
            {
                Type = StoreItemType.Volume,
                Count = volumes.Count,
                Active = volumes.Count(volume => volume.UsedBy.Count > 0),
                Size = volumes.Sum(volume => volume.Size ?? 0),
                Reclaimable = volumes.Where(volume => volume.UsedBy.Count == 0).Sum(volume => volume.Size ?? 0),
            },
            new StoreUsage { Type = StoreItemType.Content, Count = content.Count, Size = content.Size, Reclaimable = content.Size },
            new StoreUsage { Type = StoreItemType.BuildCache, Count = cache.Count, Size = cache.Size, Reclaimable = cache.Size },
        ];
    }

    /// <summary>What each image, container and volume takes.</summary>
    /// <param name="damaged">Told of each volume whose record cannot be read; null to give up with the first.</param>
    public IReadOnlyList<StoreItemUsage> MeasureItems(Action<ContainerEngineException>? damaged = null)
    {
        var containers = _containers.List();
        var sizes = _images.Sizes();
        var images = _images.List().Select(image => new StoreItemUsage
        {
            Type = StoreItemType.Image,
            Name = image.Name,
            Id = image.ImageId,
            Created = image.Created,
            Size = sizes.SizeOf(image.ImageId),
            SharedSize = sizes.SharedOf(image.ImageId),
            Active = containers.Count(container => container.ImageId == image.ImageId),
        });
        return
        [
            .. images,
            .. containers.Select(container => new StoreItemUsage
            {
                Type = StoreItemType.Container,
                Name = container.Name,
                Id = container.Id,
                Created = container.Created,
                Size = SizeOf(container),
                Active = IsStopped(container) ? 0 : 1,
            }),
            .. _containers.Volumes.List(measure: true, damaged).Select(volume => new StoreItemUsage
            {
                Type = StoreItemType.Volume,
                Name = volume.Name,
                Id = volume.Name,
                Created = volume.Created,
                Size = volume.Size ?? 0,
                Active = volume.UsedBy.Count,
            }),
        ];
    }

    private static bool IsStopped(Container container) => container.State is ContainerState.Created or ContainerState.Exited;

    private static long SizeOf(Container container) => container.UpperPath is { } upper ? TreeSize.Of(upper) : 0;
}
