using System.IO.Enumeration;
using ContainerPS.Engine.Images;

namespace ContainerPS.Engine.Containers;

public sealed partial class ContainerManager
{
    /// <summary>All containers, newest first.</summary>
    /// <exception cref="InvalidContentException">The record of one cannot be read.</exception>
    public IReadOnlyList<Container> List() => List(damaged: null);

    /// <summary>All containers that can be read, newest first.</summary>
    /// <param name="damaged">Told of each whose record cannot be read; null to give up with the first.</param>
    public IReadOnlyList<Container> List(Action<ContainerEngineException>? damaged)
    {
        // What has no run folder does not run: of those the kernel need not be asked one by one.
        var started = _kernel.Ids();
        var containers = new List<Container>();
        foreach (var id in _records.Ids())
        {
            try
            {
                if (Read(id, started.Contains(id)) is { } container) containers.Add(container);
                else _records.Sweep(id);
            }
            catch (InvalidContentException e) when (damaged is not null)
            {
                damaged(e);
            }
        }

        containers.Sort((a, b) => b.Created.CompareTo(a.Created));
        return containers;
    }

    /// <summary>The names of all containers, without reading a record: for completion.</summary>
    public IEnumerable<string> Names() => _records.AllNames();

    /// <summary>The ids of all containers, without reading a record: for completion.</summary>
    public IEnumerable<string> Ids() => _records.Ids();

    /// <summary>The containers that fit a filter, newest first.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="among">Of these; all there are, or what <see cref="Find(string, Action{ContainerEngineException}?)"/> has found.</param>
    public IReadOnlyList<Container> Filter(ContainerFilter filter, IReadOnlyList<Container> among) => filter.Apply(among, _images);

    /// <summary>Containers by name with wildcards (<c>*</c>, <c>?</c>), by name, by id, or by the beginning of an id.</summary>
    /// <exception cref="ContainerNotFoundException">A pattern without wildcards fits none.</exception>
    /// <exception cref="AmbiguousIdException">The beginning of an id fits several.</exception>
    public IReadOnlyList<Container> Find(string pattern) => Find(pattern, damaged: null);

    /// <inheritdoc cref="Find(string)"/>
    /// <param name="pattern">What is asked for.</param>
    /// <param name="damaged">Told, when there are wildcards, of each container whose record cannot be read; null to give up with the first.</param>
    public IReadOnlyList<Container> Find(string pattern, Action<ContainerEngineException>? damaged) =>
        pattern.AsSpan().ContainsAny('*', '?')
            ? [.. List(damaged).Where(c => FileSystemName.MatchesSimpleExpression(pattern, c.Name, ignoreCase: false))]
            : [Get(pattern)];

    /// <summary>One container, by name, id, or the beginning of an id.</summary>
    /// <exception cref="ContainerNotFoundException">It fits none.</exception>
    /// <exception cref="AmbiguousIdException">It fits several.</exception>
    public Container Get(string nameOrId) => Read(FindId(nameOrId), started: true) ?? throw new ContainerNotFoundException(nameOrId);

    /// <summary>Finds out what containers have written, and what all their files take.</summary>
    public void AddSizes(IReadOnlyList<Container> containers)
    {
        var images = _images.List().DistinctBy(image => image.ImageId).ToDictionary(image => image.ImageId, image => image.Size);
        foreach (var container in containers)
        {
            container.Size = Linux.TreeSize.Of(container.UpperPath!);
            container.RootSize = container.Size + (images.TryGetValue(container.ImageId, out var size) ? size : container.LowerPath.Sum(Linux.TreeSize.Of));
        }
    }

    /// <summary>Users of images, for the image store's removal.</summary>
    public IReadOnlyList<ImageUser> ImageUsers() => [.. List().SelectMany(UsersOf)];

    /// <summary>What one container uses: its image, and those that are mounted in it.</summary>
    internal static IEnumerable<ImageUser> UsersOf(Container container)
    {
        var running = container.State is ContainerState.Running or ContainerState.Paused or ContainerState.Restarting;
        yield return new ImageUser(container.ImageId, container.Name, running) { LayerPaths = container.LowerPath };
        foreach (var mount in container.Mounts)
            if (mount.ImageId is { } image) yield return new ImageUser(image, container.Name, running) { LayerPaths = mount.LayerPaths };
    }

    // The kernel is asked first: who has ended by then has its end in its record.
    private Container? Read(string id, bool started)
    {
        var state = started ? Ask(id) : _kernel.ReadWithoutFolder(id);
        return _records.Read(id) is { } record ? ContainerSnapshot.Of(record, state, _paths) : null;
    }

    private Container Snapshot(ContainerRecord record) => ContainerSnapshot.Of(record, Ask(record.Id), _paths);

    private RunState Ask(string id)
    {
        var state = _kernel.Read(id);
        return state.IsRunning && _cgroups.IsFrozen(id) ? state with { IsPaused = true } : state;
    }
}
