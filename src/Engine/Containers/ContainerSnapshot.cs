using System.Net;
using ContainerPS.Engine.Networks;
using ContainerPS.Engine.Runtime;

namespace ContainerPS.Engine.Containers;

/// <summary>Makes the object that users see of a record and of what the kernel says.</summary>
internal static class ContainerSnapshot
{
    internal static Container Of(ContainerRecord record, RunState state, StorePaths paths)
    {
        var folder = paths.ContainerOf(record.Id);
        var settings = record.Settings;
        var run = LostRun.Find(state, record.LastRun) ?? record.LastRun;

        if (IsUnrecorded(record, state)) run = new RunRecord { StartedAt = state.Monitor!.StartedAt };
        var running = state.Monitor is not null && state.IsRunning ? state.Monitor : null;
        var health = running is not null && HealthCheck.Of(settings, record.ImageConfig) is not null ? HealthRecord.Read(paths, record.Id) : null;
        var networks = running is null ? [] : RunNetworks.Read(paths, record.Id).Networks;
        return new Container
        {
            Id = record.Id,
            Name = record.Name,
            Image = settings.Image,
            ImageId = record.ImageId,
            Command = SpecGenerator.CommandLine(settings, record.ImageConfig),
            Created = record.Created,
            State = StateOf(record, state, run, paths),
            StartedAt = running?.StartedAt ?? run?.StartedAt,
            FinishedAt = run?.FinishedAt,
            ExitCode = run?.ExitCode,
            OomKilled = run?.OomKilled ?? false,
            Error = running is null ? run?.Error : null,
            Pid = running?.InitPid,
            Health = health?.Status,
            HealthResults = health?.Results ?? [],
            Restart = settings.Restart,
            RestartCount = state is { Monitor: { } current, IsMonitored: true } ? current.RestartCount : record.RestartCount,
            Networks = networks.Count > 0 ? [.. networks.Select(static network => network.Network)] : NetworkMode.Names(settings),
            IPAddress = networks.Select(static network => network.Endpoint.IPv4 ?? network.Endpoint.IPv6).FirstOrDefault(static text => text is not null) is { } address ? IPAddress.Parse(address) : null,
            Hostname = SpecGenerator.Hostname(settings, record.Id, Environment.MachineName),
            Labels = Labels(record),
            Environment = [.. (record.ImageConfig.Env ?? []).Concat(settings.Environment)],
            WorkingDirectory = settings.WorkingDirectory ?? record.ImageConfig.WorkingDir,
            User = settings.User ?? record.ImageConfig.User,
            Interactive = settings.Interactive,
            Tty = settings.Tty,
            Remove = settings.Remove,
            ReadOnly = settings.ReadOnly,
            Privileged = settings.Privileged,
            CapabilityAdd = [.. settings.CapabilityAdd.Select(Capabilities.NameOf)],
            CapabilityDrop = [.. settings.CapabilityDrop.Select(Capabilities.NameOf)],
            SecurityOption = settings.SecurityOptions,
            Mounts = [.. (record.Mounts ?? []).Select(MountOf), .. settings.Tmpfs.Keys.Select(target => new ContainerMount { Type = MountTypes.Tmpfs, Target = target })],
            Ports = PortList.Of(record, networks),
            Limits = new ContainerLimits
            {
                Memory = settings.Memory,
                MemoryReservation = settings.MemoryReservation,
                MemorySwap = settings.MemorySwap,
                MemorySwappiness = settings.MemorySwappiness,
                Cpus = settings.Cpus,
                CpuShares = settings.CpuShares,
                CpuSet = settings.CpuSet,
                CpuSetMemory = settings.CpuSetMemory,
                CpuPeriod = settings.CpuPeriod,
                CpuQuota = settings.CpuQuota,
                PidsLimit = settings.PidsLimit,
                BlockIOWeight = settings.BlockIOWeight,
                DeviceReadBps = settings.DeviceReadBps,
                DeviceWriteBps = settings.DeviceWriteBps,
                DeviceReadIops = settings.DeviceReadIops,
                DeviceWriteIops = settings.DeviceWriteIops,
            },
            LogPath = LogFiles.Current(folder),
            UpperPath = Path.Combine(folder, "upper"),
            LowerPath = record.LayerPaths,
            Platform = record.Platform,
        };
    }

    private static ContainerMount MountOf(MountRecord mount) => new()
    {
        Type = mount.Type,
        Name = mount.Name ?? mount.Image,
        ImageId = mount.ImageId,
        LayerPaths = mount.LayerPaths ?? [],
        Source = mount.Source,
        Target = mount.Target,
        ReadOnly = mount.ReadOnly,
        Propagation = mount.Type == MountTypes.Bind ? mount.Propagation ?? "rprivate" : null,
    };

    private static ContainerState StateOf(ContainerRecord record, RunState state, RunRecord? run, StorePaths paths)
    {
        if (state is { Monitor: not null, IsRunning: true }) return state.IsPaused ? ContainerState.Paused : ContainerState.Running;

        // While the end is being recorded it is not known yet whether it is one: who waits for a container does not give it up then.
        var isEnding = state is { Monitor: not null, IsMonitored: true } && record.Settings.Restart is { Mode: not RestartMode.No } && !StopMark.IsSet(paths, record.Id);
        if (state.IsRestarting || isEnding) return ContainerState.Restarting;

        // Whoever sees that it has exited is to find its exit code, too.
        if (IsUnrecorded(record, state)) return ContainerState.Running;
        return run is null ? ContainerState.Created : ContainerState.Exited;
    }

    // It has ended just now, and its monitor has not recorded yet how.
    private static bool IsUnrecorded(ContainerRecord record, RunState state) =>
        state is { Monitor: { } ending, IsRunning: false, IsMonitored: true } && record.LastRun?.StartedAt != ending.StartedAt;

    private static Dictionary<string, string> Labels(ContainerRecord record)
    {
        var labels = new Dictionary<string, string>(record.ImageConfig.Labels ?? []);
        foreach (var (key, value) in record.Settings.Labels) labels[key] = value;
        return labels;
    }
}
