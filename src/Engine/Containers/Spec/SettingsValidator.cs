using System.Globalization;
using ContainerPS.Engine.Runtime;

namespace ContainerPS.Engine.Containers;

/// <summary>Refuses settings that cannot work, before anything is created: each error names the parameter and what is accepted.</summary>
internal static class SettingsValidator
{
    // Less than this and no program starts (Docker's limit).
    private const long LeastMemory = 6L << 20;

    /// <summary>Checks all settings.</summary>
    internal static void Validate(ContainerSettings settings)
    {
        if (settings.Name is { } name && !ContainerName.IsValid(name))
            throw Refused("Name", name, "Names are made of letters, digits, '_', '.' and '-', begin with a letter or digit, and have at least two characters.");
        if (settings.WorkingDirectory is { } directory && !directory.StartsWith('/'))
            throw Refused("WorkingDirectory", directory, "Give an absolute path.");
        if (settings.Network is { } network && network is not (NetworkMode.None or NetworkMode.Host))
            throw Refused("Network", network, "There are 'none' and 'host'.");
        if (settings.Hostname is { } hostname && !IsHostname(hostname))
            throw Refused("Hostname", hostname, "Host names have 1 to 64 letters, digits, '.' and '-', and begin and end with a letter or digit.");
        foreach (var variable in settings.Environment)
            if (variable.Length == 0 || variable[0] == '=' || variable.Contains('\0')) throw Refused("Environment", variable, "Give NAME=value.");
        foreach (var target in settings.Tmpfs.Keys)
            if (!target.StartsWith('/')) throw Refused("Tmpfs", target, "Give an absolute path inside the container.");
        UserDatabase.Validate(settings.User);
        if (settings.StopSignal is { } signal) SignalName.Parse(signal, "StopSignal");
        if (settings.StopTimeout < TimeSpan.Zero) throw Refused("StopTimeout", settings.StopTimeout, "Give zero or more.");
        if (settings.ShmSize <= 0) throw Refused("ShmSize", settings.ShmSize, "Give a number of bytes over zero.");
        ValidateMemory(settings);
        ValidateCpu(settings);
        if (settings.PidsLimit is 0 or < -1) throw Refused("PidsLimit", settings.PidsLimit, "Give 1 or more, or -1 for no limit.");
        if (settings.OomScoreAdj is < -1000 or > 1000) throw Refused("OomScoreAdj", settings.OomScoreAdj, "Give -1000 to 1000.");
        DefaultCapabilities.Effective(settings.CapabilityAdd, settings.CapabilityDrop, settings.Privileged);
        SecurityOptions.Parse(settings);
        foreach (var (key, _) in settings.Sysctls) ValidateSysctl(settings, key);
        if (settings.CidFile is { } file && File.Exists(file))
            throw Refused("CidFile", file, "It exists: remove it, or name another.");
    }

    private static void ValidateMemory(ContainerSettings settings)
    {
        if (settings.Memory is { } memory && memory < LeastMemory) throw Refused("Memory", memory, "Give at least 6 MB.");
        if (settings.MemoryReservation is { } reservation && (reservation < LeastMemory || reservation > settings.Memory))
            throw Refused("MemoryReservation", reservation, "Give at least 6 MB and no more than -Memory.");
        if (settings.MemorySwappiness is < 0 or > 100) throw Refused("MemorySwappiness", settings.MemorySwappiness, "Give 0 to 100.");
        if (settings.MemorySwap is not { } swap) return;
        if (settings.Memory is null) throw Refused("MemorySwap", swap, "It is the sum of memory and swap: give -Memory as well.");
        if (swap != -1 && swap < settings.Memory) throw Refused("MemorySwap", swap, "It is the sum of memory and swap: give at least -Memory, or -1 for unlimited swap.");
    }

    private static void ValidateCpu(ContainerSettings settings)
    {
        if (settings.CpuShares is < 2 or > 262144) throw Refused("CpuShares", settings.CpuShares, "Give 2 to 262144; 1024 is the usual share.");
        if (settings.Cpus is { } cpus && !(cpus >= 0.01 && cpus <= Environment.ProcessorCount))
            throw Refused("Cpus", cpus, $"Give 0.01 to {Environment.ProcessorCount}, the number of processors here.");
        if (settings.CpuSet is { } set) CpuSet.Parse(set, "CpuSet");
    }

    // Namespaced keys alone: others would change the host (CVE-2022-0811). The key becomes one file name below /proc/sys.
    private static void ValidateSysctl(ContainerSettings settings, string key)
    {
        var valid = key.Length > 0 && !key.AsSpan().ContainsAnyExcept("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") && !key.Contains("..", StringComparison.Ordinal);
        var ipc = key is "kernel.msgmax" or "kernel.msgmnb" or "kernel.msgmni" or "kernel.sem" or "kernel.shmall" or "kernel.shmmax" or "kernel.shmmni" or "kernel.shm_rmid_forced"
            || key.StartsWith("fs.mqueue.", StringComparison.Ordinal);
        var net = key.StartsWith("net.", StringComparison.Ordinal) && !NetworkMode.IsHost(settings);
        if (!valid || !(ipc || net))
            throw Refused("Sysctl", key, "Accepted are the keys of a container's own namespaces: kernel.msg*, kernel.sem, kernel.shm*, fs.mqueue.*, and net.* unless it is on the host's network.");
    }

    private static bool IsHostname(string name) =>
        name.Length is > 0 and <= 64 && char.IsAsciiLetterOrDigit(name[0]) && char.IsAsciiLetterOrDigit(name[^1]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-');

    private static InvalidSettingException Refused(string parameter, object? value, string advice) =>
        new(parameter, value, $"-{parameter} '{Convert.ToString(value, CultureInfo.InvariantCulture)}' is refused. {advice}");
}
