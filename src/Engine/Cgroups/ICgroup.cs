using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Cgroups;

/// <summary>The control group of one container, on whichever hierarchies the machine has mounted.</summary>
internal interface ICgroup
{
    /// <summary>Path below the root of every hierarchy, such as <c>/containerps/4f5a…</c>; empty when there is no cgroup.</summary>
    string Path { get; }

    /// <summary>The directories by controller; named hierarchies as <c>name=systemd</c>, the v2 directory under the empty name.</summary>
    IReadOnlyDictionary<string, string> Directories { get; }

    /// <summary>What was asked by <see cref="Create"/> or <see cref="Apply"/> and does not hold.</summary>
    IReadOnlyList<string> Warnings { get; }

    /// <summary>
    /// Makes the directories and applies the limits; removes what it made when that fails. A left-over directory without processes is taken
    /// over; one with processes, or frozen, is refused (<see cref="InvalidContainerStateException"/>).
    /// </summary>
    void Create(LinuxResources? resources);

    /// <summary>Changes limits; what is null, 0 or empty stays. When one cannot be changed, those before it are put back.</summary>
    void Apply(LinuxResources resources);

    /// <summary>Opens what a process needs to join by itself.</summary>
    /// <param name="place">Where below the container's cgroup; null for the cgroup itself.</param>
    CgroupEntry Enter(CgroupPlace? place = null);

    /// <summary>What the processes use and have used, in short.</summary>
    CgroupStatistics Statistics();

    /// <summary>What the processes use and have used, in full.</summary>
    CgroupDetails Details();

    /// <summary>How many processes the kernel has killed here for want of memory.</summary>
    long OomKillCount();

    /// <summary>Begins to listen for lack of memory; null when the memory controller is not there.</summary>
    OomWatch? WatchOom();

    /// <summary>Ids of the processes here and in cgroups below, seen from the caller.</summary>
    IReadOnlyList<int> Processes();

    /// <summary>Stops all processes until <see cref="Thaw"/>; returns when they have stopped.</summary>
    void Freeze();

    /// <summary>Lets frozen processes go on.</summary>
    void Thaw();

    /// <summary>True while frozen.</summary>
    bool IsFrozen { get; }

    /// <summary>Sends a signal to all processes, those just being made too. Frozen ones get what does not end them when they go on.</summary>
    void Signal(int signal);

    /// <summary>Kills all processes, frozen ones too, and returns when they have ended.</summary>
    void Kill();

    /// <summary>Removes the directories; the processes have ended. Does nothing when they are gone.</summary>
    void Delete();
}
