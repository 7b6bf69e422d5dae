using ContainerPS.Engine.Cgroups;
using ContainerPS.Engine.Runtime;

namespace ContainerPS.Engine.Containers;

/// <summary>Holds settings against this machine: what it cannot do is refused, or told, before a container is created.</summary>
internal static class Machine
{
    /// <summary>What this machine's kernel can do.</summary>
    internal static MachineAbilities Abilities()
    {
        var mounts = CgroupMounts.Detect();
        return new(mounts.IsUnifiedOnly, CountsSwap(mounts), LabelPlanner.HasAppArmor, LabelPlanner.HasSelinux, Environment.OSVersion.Version);
    }

    /// <summary>Refuses what this machine has not: processors, memory nodes, devices, security modules.</summary>
    /// <exception cref="InvalidSettingException">It has not.</exception>
    internal static void Check(ContainerSettings settings, MachineAbilities machine)
    {
        CheckNumbers("CpuSet", settings.CpuSet, "/sys/devices/system/cpu/online", "processors");
        CheckNumbers("CpuSetMemory", settings.CpuSetMemory, "/sys/devices/system/node/online", "memory nodes");
        HostDevices.Find(settings);
        var security = SecurityOptions.Parse(settings);
        if (security.AppArmor is { } profile && !machine.HasAppArmor) throw Refused("apparmor=" + profile, "AppArmor is not enabled on this machine");
        if (security.Label is { Count: > 0 } && !machine.HasSelinux) throw Refused("label=" + string.Join(',', security.Label.Select(part => $"{part.Key}:{part.Value}")), "SELinux is not enabled on this machine");
    }

    /// <summary>What is asked and will have no effect here, or a dangerous one, in words.</summary>
    internal static IReadOnlyList<string> Warnings(ContainerSettings settings, MachineAbilities machine)
    {
        var warnings = new List<string>();
        if (machine.IsUnifiedOnly)
        {
            if (settings.MemorySwappiness is not null) warnings.Add("-MemorySwappiness has no effect: cgroup v2 has no such setting.");
            if (settings.OomKillDisable) warnings.Add("-OomKillDisable has no effect: cgroup v2 has no such setting.");
            if (settings.CpuRealtimePeriod is not null || settings.CpuRealtimeRuntime is not null) warnings.Add("-CpuRealtimePeriod and -CpuRealtimeRuntime have no effect: cgroup v2 has no such settings.");
        }

        if (settings.MemorySwap is not (null or 0) && !machine.CountsSwap) warnings.Add("-MemorySwap has no effect: this kernel does not count swap.");
        if (settings is { OomKillDisable: true, Memory: null }) warnings.Add("-OomKillDisable without -Memory can stop the whole machine: nothing is killed when memory runs out.");
        return warnings;
    }

    // The root of v2 has no such file; those below have it, when the kernel counts swap.
    private static bool CountsSwap(CgroupMounts mounts) => mounts.IsUnifiedOnly
        ? Directory.EnumerateDirectories(mounts.Unified!).Prepend(mounts.Unified!).Any(folder => File.Exists(folder + "/memory.swap.max"))
        : mounts.V1.TryGetValue("memory", out var memory) && File.Exists(memory + "/memory.memsw.limit_in_bytes");

    private static void CheckNumbers(string parameter, string? asked, string file, string what)
    {
        if (string.IsNullOrEmpty(asked) || !File.Exists(file)) return;
        var there = File.ReadAllText(file).Trim();
        if (CpuSet.Parse(asked, parameter).Except(CpuSet.Parse(there, parameter)).Any())
            throw new InvalidSettingException(parameter, asked, $"-{parameter} '{asked}' is refused. This machine has the {what} {there}.");
    }

    private static InvalidSettingException Refused(string option, string fault) =>
        new("SecurityOption", option, $"-SecurityOption '{option}' is refused: {fault}. Leave it out.");
}
