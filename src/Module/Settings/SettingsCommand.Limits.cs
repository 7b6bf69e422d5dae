using System.Management.Automation;
using ContainerPS.Engine.Containers;

namespace ContainerPS.Module;

/// <content>How much of the machine it may use.</content>
public abstract partial class SettingsCommand
{
    /// <summary>Most memory: 200MB, '200M', '1.5g'.</summary>
    [Parameter]
    public string? Memory { get; set; }

    /// <summary>Memory that is spared when it gets scarce.</summary>
    [Parameter]
    public string? MemoryReservation { get; set; }

    /// <summary>Most memory and swap together; -1 is unlimited.</summary>
    [Parameter]
    public string? MemorySwap { get; set; }

    /// <summary>How readily memory is swapped out, 0 to 100.</summary>
    [Parameter]
    public int? MemorySwappiness { get; set; }

    /// <summary>Lets its processes wait, not die, when its memory is used up; on cgroup v1.</summary>
    [Parameter]
    public SwitchParameter OomKillDisable { get; set; }

    /// <summary>How readily its processes are killed when memory runs out, -1000 to 1000.</summary>
    [Parameter]
    [Alias("OomScoreAdjust")]
    public int? OomScoreAdj { get; set; }

    /// <summary>Share of the processors' time against others', 2 to 262144; 1024 is usual.</summary>
    [Parameter]
    public long? CpuShares { get; set; }

    /// <summary>Processors' worth of time, such as 0.5.</summary>
    [Parameter]
    public double? Cpus { get; set; }

    /// <summary>Processors it may run on, such as '0-3,5'.</summary>
    [Parameter]
    public string? CpuSet { get; set; }

    /// <summary>Memory nodes it may use, such as '0,1'.</summary>
    [Parameter]
    [Alias("CpuSetMems")]
    public string? CpuSetMemory { get; set; }

    /// <summary>Microseconds after which CpuQuota begins anew.</summary>
    [Parameter]
    public long? CpuPeriod { get; set; }

    /// <summary>Microseconds of the processors' time in each period.</summary>
    [Parameter]
    public long? CpuQuota { get; set; }

    /// <summary>Microseconds after which CpuRealtimeRuntime begins anew; on cgroup v1.</summary>
    [Parameter]
    public long? CpuRealtimePeriod { get; set; }

    /// <summary>Microseconds in each period that real-time programs may run; on cgroup v1.</summary>
    [Parameter]
    public long? CpuRealtimeRuntime { get; set; }

    /// <summary>Most processes; -1 is unlimited.</summary>
    [Parameter]
    public long? PidsLimit { get; set; }

    /// <summary>Weight of its disk traffic against others', 10 to 1000.</summary>
    [Parameter]
    [Alias("BlkioWeight")]
    public int? BlockIOWeight { get; set; }

    /// <summary>That weight for single devices: '/dev/sda:200', or a hashtable.</summary>
    [Parameter]
    [Alias("BlkioWeightDevice")]
    public object[] BlockIOWeightDevice { get; set; } = [];

    /// <summary>Most bytes read from a device in a second: '/dev/sda:2MB', or a hashtable.</summary>
    [Parameter]
    public object[] DeviceReadBps { get; set; } = [];

    /// <summary>Most bytes written to a device in a second: '/dev/sda:2MB', or a hashtable.</summary>
    [Parameter]
    public object[] DeviceWriteBps { get; set; } = [];

    /// <summary>Most reads from a device in a second: '/dev/sda:100', or a hashtable.</summary>
    [Parameter]
    public object[] DeviceReadIops { get; set; } = [];

    /// <summary>Most writes to a device in a second: '/dev/sda:100', or a hashtable.</summary>
    [Parameter]
    public object[] DeviceWriteIops { get; set; } = [];

    /// <summary>Size of /dev/shm.</summary>
    [Parameter]
    public string? ShmSize { get; set; }

    /// <summary>Resource limits: 'nofile=1024:2048'.</summary>
    [Parameter]
    public object[] Ulimit { get; set; } = [];

    private void ReadLimits(ContainerSettings settings)
    {
        settings.Memory = TextSetting.Size(Memory, nameof(Memory));
        settings.MemoryReservation = TextSetting.Size(MemoryReservation, nameof(MemoryReservation));
        settings.MemorySwap = TextSetting.SizeOrUnlimited(MemorySwap, nameof(MemorySwap));
        settings.MemorySwappiness = MemorySwappiness;
        settings.OomScoreAdj = OomScoreAdj;
        settings.CpuShares = CpuShares;
        settings.Cpus = Cpus;
        settings.CpuSet = CpuSet;
        settings.PidsLimit = PidsLimit;
        settings.ShmSize = TextSetting.Size(ShmSize, nameof(ShmSize));
        settings.Ulimits = TextSetting.Ulimits(Ulimit, nameof(Ulimit));
        settings.OomKillDisable = OomKillDisable;
        settings.CpuSetMemory = CpuSetMemory;
        settings.CpuPeriod = CpuPeriod;
        settings.CpuQuota = CpuQuota;
        settings.CpuRealtimePeriod = CpuRealtimePeriod;
        settings.CpuRealtimeRuntime = CpuRealtimeRuntime;
        settings.BlockIOWeight = BlockIOWeight;
        settings.BlockIOWeightDevices = DeviceTexts(BlockIOWeightDevice, nameof(BlockIOWeightDevice), DeviceText.ParseWeight);
        settings.DeviceReadBps = DeviceTexts(DeviceReadBps, nameof(DeviceReadBps), DeviceText.ParseBytes);
        settings.DeviceWriteBps = DeviceTexts(DeviceWriteBps, nameof(DeviceWriteBps), DeviceText.ParseBytes);
        settings.DeviceReadIops = DeviceTexts(DeviceReadIops, nameof(DeviceReadIops), DeviceText.ParseOperations);
        settings.DeviceWriteIops = DeviceTexts(DeviceWriteIops, nameof(DeviceWriteIops), DeviceText.ParseOperations);
    }

    // 'device:limit', or hashtables of devices and limits.
    private static IReadOnlyList<T> DeviceTexts<T>(object[] values, string parameter, Func<string, string, T> parse) =>
        [.. PairSetting.ReadPaths(values).Select(pair => parse(pair.Value.Length == 0 ? pair.Key : $"{pair.Key}:{pair.Value}", parameter))];
}
