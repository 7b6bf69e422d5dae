using ContainerPS.Engine.Cgroups;
using ContainerPS.Engine.Runtime;

namespace ContainerPS.Engine.Containers;

/// <summary>Finds the cgroups of running containers. Where the hierarchies are mounted is looked up once.</summary>
internal sealed class RunningCgroups(StorePaths paths)
{
    private readonly StateStore _states = new(paths.Run);
    private readonly Lazy<CgroupMounts> _mounts = new(CgroupMounts.Detect);

    /// <summary>A running container's cgroup; null when it does not run, or has none.</summary>
    internal ICgroup? TryOpen(string id) => PathOf(id) is { } path ? CgroupFactory.Open(_mounts.Value, path) : null;

    /// <summary>True when a container is paused.</summary>
    internal bool IsFrozen(string id) => PathOf(id) is { } path && CgroupFreezer.IsFrozen(_mounts.Value, path);

    /// <summary>Lets a paused container go on; does nothing when it is not paused, or gone.</summary>
    internal void Thaw(string id)
    {
        if (PathOf(id) is { } path) CgroupFreezer.Thaw(_mounts.Value, path);
    }

    private string? PathOf(string id) => _states.TryLoad(id)?.CgroupPath is { Length: > 0 } path ? path : null;
}
