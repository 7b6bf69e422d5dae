using System.Globalization;
using ContainerPS.Engine.Images;
using ContainerPS.Engine.Runtime;

namespace ContainerPS.Engine.Containers;

/// <summary>Refuses settings that cannot work, before anything is created: each error names the parameter and what is accepted.</summary>
internal static partial class SettingsValidator
{
    /// <summary>Checks all settings.</summary>
    internal static void Validate(ContainerSettings settings)
    {
        if (settings.Name is { } name && !ObjectName.IsValidForContainer(name))
            throw Refused("Name", name, "Names are made of letters, digits, '_', '.' and '-', and begin with a letter or digit.");
        if (settings.WorkingDirectory is { } directory && !directory.StartsWith('/'))
            throw Refused("WorkingDirectory", directory, "Give an absolute path.");
        if (settings is { Uts: NamespaceMode.Host, Hostname: not null }) throw Refused("Hostname", settings.Hostname, "It would be the host's with -Uts host: leave one out.");
        if (settings is { Uts: NamespaceMode.Host, Domainname: not null }) throw Refused("Domainname", settings.Domainname, "It would be the host's with -Uts host: leave one out.");
        if (settings.Domainname is { } domain && (domain.Length is 0 or > 64 || domain.Any(c => char.IsWhiteSpace(c) || char.IsControl(c))))
            throw Refused("Domainname", domain, "Domain names have 1 to 64 characters without blanks.");
        if (settings.Hostname is { } hostname && !IsHostname(hostname))
            throw Refused("Hostname", hostname, "Host names have 1 to 64 letters, digits, '_', '.' and '-', and begin and end with neither of the last two.");
        foreach (var variable in settings.Environment)
            if (variable.Length == 0 || variable[0] == '=' || variable.Contains('\0')) throw Refused("Environment", variable, "Give NAME=value.");
        foreach (var target in settings.Tmpfs.Keys)
            if (!target.StartsWith('/')) throw Refused("Tmpfs", target, "Give an absolute path inside the container.");
        foreach (var key in settings.Annotations.Keys)
            if (key.Length == 0) throw Refused("Annotation", key, "Give key=value.");
        foreach (var group in settings.GroupAdd)
            if (group.Length == 0 || group.AsSpan().ContainsAny("\0:/, ")) throw Refused("GroupAdd", group, "Give a group's name or number.");
        if (settings.Platform is { } platform) Platforms.Parse(platform);
        UserDatabase.Validate(settings.User);
        if (settings.StopSignal is { } signal) SignalName.Parse(signal, "StopSignal");
        if (settings.StopTimeout < TimeSpan.Zero) throw Refused("StopTimeout", settings.StopTimeout, "Give zero or more.");
        if (settings.ShmSize <= 0) throw Refused("ShmSize", settings.ShmSize, "Give a number of bytes over zero.");
        ValidateLimits(settings);
        ValidateLife(settings);
        ValidateNetworks(settings);
        NamespaceMode.Validate(settings);
        ContainerCgroup.Validate(settings.CgroupParent);
        if (settings.OomScoreAdj is < -1000 or > 1000) throw Refused("OomScoreAdj", settings.OomScoreAdj, "Give -1000 to 1000.");
        DefaultCapabilities.Effective(settings.CapabilityAdd, settings.CapabilityDrop, settings.Privileged);
        SecurityOptions.Parse(settings);
        foreach (var rule in settings.DeviceCgroupRules) DeviceText.CheckRule(rule, "DeviceCgroupRule");
        foreach (var (key, _) in settings.Sysctls) ValidateSysctl(settings, key);
        if (settings.CidFile is { } file && File.Exists(file))
            throw Refused("CidFile", file, "It exists: remove it, or name another.");
    }

    // Namespaced keys alone: others would change the host (CVE-2022-0811). The key becomes one file name below /proc/sys.
    private static void ValidateSysctl(ContainerSettings settings, string key)
    {
        var valid = key.Length > 0 && !key.AsSpan().ContainsAnyExcept("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") && !key.Contains("..", StringComparison.Ordinal);
        var ipc = settings.Ipc != NamespaceMode.Host && (key is "kernel.msgmax" or "kernel.msgmnb" or "kernel.msgmni" or "kernel.sem" or "kernel.shmall" or "kernel.shmmax" or "kernel.shmmni" or "kernel.shm_rmid_forced"
            || key.StartsWith("fs.mqueue.", StringComparison.Ordinal));
        var net = key.StartsWith("net.", StringComparison.Ordinal) && !NetworkMode.IsHost(settings) && !NetworkMode.IsShared(settings);
        if (!valid || !(ipc || net))
            throw Refused("Sysctl", key, "Accepted are the keys of a container's own namespaces: kernel.msg*, kernel.sem, kernel.shm*, fs.mqueue.* and net.*, unless the namespace is the host's.");
    }

    // With '_', which no RFC allows: programs and Docker have names with it.
    private static bool IsHostname(string name) =>
        name.Length is > 0 and <= 64 && name[0] is not ('.' or '-') && name[^1] is not ('.' or '-') && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-');

    private static InvalidSettingException Refused(string parameter, object? value, string advice) =>
        new(parameter, value, $"-{parameter} '{Convert.ToString(value, CultureInfo.InvariantCulture)}' is refused. {advice}");
}
