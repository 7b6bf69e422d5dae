using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Containers;

/// <summary>The limits and devices of a container's spec.</summary>
internal static class SpecResources
{
    private const ulong Period = 100_000;

    /// <summary>All limits of a container.</summary>
    internal static LinuxResources Create(SpecInput input)
    {
        var resources = Limits(input.Settings, input.Machine, input.Devices);
        resources.Devices = DeviceRules(input);
        return resources;
    }

    /// <summary>What the settings ask, without device rules; null where they ask nothing.</summary>
    internal static LinuxResources Limits(ContainerSettings settings, MachineAbilities machine, IReadOnlyDictionary<string, IReadOnlyList<LinuxDevice>> devices) => new()
    {
        Memory = Memory(settings, machine),
        Cpu = Cpu(settings),
        Pids = settings.PidsLimit is { } pids ? new LinuxPids { Limit = pids } : null,
        BlockIO = BlockIO(settings, devices),
    };

    /// <summary>Device nodes to make: all of the host for a privileged container, and those asked for.</summary>
    internal static List<LinuxDevice>? Devices(SpecInput input)
    {
        var devices = new List<LinuxDevice>();
        foreach (var setting in input.Settings.Devices)
        {
            foreach (var device in input.Devices[setting.HostPath])
                devices.Add(device with { Path = setting.ContainerPath + device.Path![setting.HostPath.Length..] });
        }

        devices.AddRange(input.HostDevices.Where(device => !devices.Exists(own => own.Path == device.Path)));
        return devices.Count == 0 ? null : devices;
    }

    private static List<LinuxDeviceCgroup> DeviceRules(SpecInput input)
    {
        var settings = input.Settings;
        if (settings.Privileged) return [new() { Allow = true, Access = "rwm" }];
        var rules = DefaultSpec.DeviceRules();
        foreach (var setting in settings.Devices)
        {
            foreach (var device in input.Devices[setting.HostPath])
                rules.Add(new() { Allow = true, Type = device.Type, Major = device.Major, Minor = device.Minor, Access = setting.Permissions });
        }

        foreach (var rule in settings.DeviceCgroupRules) rules.Add(DeviceText.ReadRule(rule));
        return rules;
    }

    private static LinuxMemory? Memory(ContainerSettings settings, MachineAbilities machine)
    {
        var disableKiller = settings.OomKillDisable && !machine.IsUnifiedOnly;
        if (settings is { Memory: null, MemoryReservation: null, MemorySwappiness: null } && !disableKiller) return null;
        return new LinuxMemory
        {
            Limit = settings.Memory,
            Reservation = settings.MemoryReservation,
            Swap = Swap(settings, machine),
            Swappiness = (ulong?)settings.MemorySwappiness,
            DisableOOMKiller = disableKiller ? true : null,
        };
    }

    // Who limits memory and says nothing of swap gets as much of that, as in Docker.
    private static long? Swap(ContainerSettings settings, MachineAbilities machine) => !machine.CountsSwap ? null : settings switch
    {
        { MemorySwap: { } swap and not 0 } => swap,
        { Memory: { } memory and <= long.MaxValue / 2 } => memory * 2,
        _ => null,
    };

    private static LinuxCpu? Cpu(ContainerSettings settings)
    {
        var cpu = new LinuxCpu
        {
            Shares = (ulong?)settings.CpuShares,
            Quota = settings.Cpus is { } cpus ? (long)Math.Round(cpus * Period) : settings.CpuQuota,
            Period = settings.Cpus is null ? (ulong?)settings.CpuPeriod : Period,
            Cpus = settings.CpuSet,
            Mems = settings.CpuSetMemory,
            RealtimePeriod = (ulong?)settings.CpuRealtimePeriod,
            RealtimeRuntime = settings.CpuRealtimeRuntime,
        };
        return cpu == new LinuxCpu() ? null : cpu;
    }

    private static LinuxBlockIO? BlockIO(ContainerSettings settings, IReadOnlyDictionary<string, IReadOnlyList<LinuxDevice>> devices)
    {
        var io = new LinuxBlockIO
        {
            Weight = (ushort?)settings.BlockIOWeight,
            WeightDevice = settings.BlockIOWeightDevices.Count == 0 ? null : [.. settings.BlockIOWeightDevices.Select(asked =>
                new LinuxWeightDevice { Major = devices[asked.Path][0].Major, Minor = devices[asked.Path][0].Minor, Weight = (ushort)asked.Weight })],
            ThrottleReadBpsDevice = Rates(settings.DeviceReadBps, devices),
            ThrottleWriteBpsDevice = Rates(settings.DeviceWriteBps, devices),
            ThrottleReadIOPSDevice = Rates(settings.DeviceReadIops, devices),
            ThrottleWriteIOPSDevice = Rates(settings.DeviceWriteIops, devices),
        };
        return io == new LinuxBlockIO() ? null : io;
    }

    private static List<LinuxThrottleDevice>? Rates(IReadOnlyList<DeviceRateSetting> rates, IReadOnlyDictionary<string, IReadOnlyList<LinuxDevice>> devices) =>
        rates.Count == 0 ? null : [.. rates.Select(asked => new LinuxThrottleDevice { Major = devices[asked.Path][0].Major, Minor = devices[asked.Path][0].Minor, Rate = (ulong)asked.Rate })];
}
