using ContainerPS.Engine.Oci;
using Microsoft.Win32.SafeHandles;

namespace ContainerPS.Engine.Cgroups;

/// <summary>The control group of one container, on whichever hierarchies the machine has mounted.</summary>
internal interface ICgroup
{
    /// <summary>Path below the root of every hierarchy, such as <c>/containerps/4f5a…</c>.</summary>
    string Path { get; }

    /// <summary>Makes the directories and applies the limits. A left-over directory without processes is taken over.</summary>
    void Create(LinuxResources? resources);

    /// <summary>Changes limits; what is null stays.</summary>
    void Apply(LinuxResources resources);

    /// <summary>Opens what a process needs to join by itself.</summary>
    CgroupEntry Enter();

    /// <summary>The directories by controller; the v2 directory is under the empty name. What state.json keeps.</summary>
    IReadOnlyDictionary<string, string> Directories { get; }

    /// <summary>What the processes use and have used.</summary>
    CgroupStatistics Statistics();

    /// <summary>How many processes the kernel has killed here for want of memory.</summary>
    long OomKillCount();

    /// <summary>Process ids, seen from the caller.</summary>
    IReadOnlyList<int> Processes();

    /// <summary>Stops all processes until <see cref="Thaw"/>; returns when they have stopped.</summary>
    void Freeze();

    /// <summary>Lets frozen processes go on.</summary>
    void Thaw();

    /// <summary>True while frozen.</summary>
    bool IsFrozen { get; }

    /// <summary>Kills all processes, frozen ones too.</summary>
    void Kill();

    /// <summary>Removes the directories; the processes have ended. Does nothing when they are gone.</summary>
    void Delete();
}

/// <summary>Open files by which a child joins a cgroup by itself, before it can see anything of the container.</summary>
internal sealed class CgroupEntry(IReadOnlyList<SafeFileHandle> taskFiles, SafeFileHandle? unified) : IDisposable
{
    /// <summary>Files to which a process without threads writes <c>0</c>.</summary>
    internal IReadOnlyList<SafeFileHandle> TaskFiles { get; } = taskFiles;

    /// <summary>The v2 directory, for CLONE_INTO_CGROUP.</summary>
    internal SafeFileHandle? Unified { get; } = unified;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in TaskFiles) file.Dispose();
        Unified?.Dispose();
    }
}
