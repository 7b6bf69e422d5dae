using ContainerPS.Engine.Linux;
using Tmds.Linux;

namespace ContainerPS.Engine.Cgroups;

/// <summary>Stops all processes of a cgroup, and of those below it, where they are.</summary>
internal static class CgroupFreezer
{
    private const int PatienceMilliseconds = 10_000;
    private const int LookAgainMilliseconds = 100;

    /// <summary>True when the cgroup itself is, or is being, frozen by version 1; not when only one above it is.</summary>
    internal static bool IsFrozenV1(string directory) =>
        KernelFile.Read(directory + "/freezer.state")?.Trim() is "FROZEN" or "FREEZING" && KernelFile.ReadNumber(directory + "/freezer.self_freezing") is null or 1;

    /// <summary>True when the cgroup itself is frozen by version 2.</summary>
    internal static bool IsFrozenV2(string directory) => KernelFile.ReadNumber(directory + "/cgroup.freeze") == 1;

    /// <summary>True when the cgroup of a path is frozen by either version.</summary>
    internal static bool IsFrozen(CgroupMounts mounts, string path) =>
        (mounts.Unified is { } unified && IsFrozenV2(unified + path)) || (mounts.V1.TryGetValue("freezer", out var freezer) && IsFrozenV1(freezer + path));

    /// <summary>Thaws the cgroup of a path, whichever version has frozen it; one that is gone by now needs no more.</summary>
    internal static void Thaw(CgroupMounts mounts, string path)
    {
        if (mounts.Unified is { } unified && IsFrozenV2(unified + path)) Thaw(unified + path + "/cgroup.freeze", "0");
        if (mounts.V1.TryGetValue("freezer", out var freezer) && IsFrozenV1(freezer + path)) Thaw(freezer + path + "/freezer.state", "THAWED");
    }

    /// <summary>Freezes by version 1 and returns when all have stopped.</summary>
    internal static void FreezeV1(string directory)
    {
        // Reading the state is what makes the kernel look whether all have stopped, and there is no event for it; writing it again
        // catches the processes made meanwhile.
        var file = directory + "/freezer.state";
        var give = Environment.TickCount64 + PatienceMilliseconds;
        do
        {
            KernelFile.Write(file, "FROZEN");
            if (KernelFile.Read(file)?.Trim() == "FROZEN") return;
            Thread.Yield();
        }
        while (Environment.TickCount64 < give);
        ThawV1(directory);
        throw NotFollowed("freeze", directory);
    }

    /// <summary>Lets the processes go on that version 1 has frozen.</summary>
    internal static void ThawV1(string directory) => KernelFile.Write(directory + "/freezer.state", "THAWED");

    /// <summary>Freezes by version 2 and returns when all have stopped.</summary>
    internal static void FreezeV2(string directory)
    {
        KernelFile.Write(directory + "/cgroup.freeze", "1");
        using var events = KernelEvents.TryOpen(directory + "/cgroup.events") ?? throw new RuntimeStepException("open", directory + "/cgroup.events", LibC.ENOENT);
        var give = Environment.TickCount64 + PatienceMilliseconds;
        while (events.Read() is var text && KernelFile.NumberOf(text, "frozen") != 1)
        {
            // Nobody is told of a cgroup that is removed, nor of one that is thawed before all have stopped: so it is looked at again, change or not.
            if (KernelFile.NumberOf(text, "populated") == 0 || KernelFile.ReadNumber(directory + "/cgroup.freeze") is not { } asked) throw new RuntimeStepException("freeze", directory, LibC.ENODEV, "Its processes have ended.");
            if (asked == 0) return;
            if (events.Wait(LookAgainMilliseconds) || Environment.TickCount64 < give) continue;
            ThawV2(directory);
            throw NotFollowed("freeze", directory);
        }
    }

    /// <summary>Lets the processes go on that version 2 has frozen.</summary>
    internal static void ThawV2(string directory) => KernelFile.Write(directory + "/cgroup.freeze", "0");

    private static void Thaw(string file, string value)
    {
        var errno = KernelFile.TryWrite(file, value);
        if (errno != 0 && errno != LibC.ENOENT && errno != LibC.ENODEV) throw new RuntimeStepException($"write '{value}' to", file, errno);
    }

    private static RuntimeStepException NotFollowed(string step, string directory) =>
        new(step, directory, LibC.EAGAIN, "Its processes did not follow within 10 seconds; one of them waits for a device or a file system.");
}
