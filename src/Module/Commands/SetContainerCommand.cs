using System.Management.Automation;
using ContainerPS.Engine.Containers;

namespace ContainerPS.Module;

/// <summary>Set-Container: changes limits and the restart policy of containers, running or not.</summary>
[Cmdlet(VerbsCommon.Set, "Container", SupportsShouldProcess = true)]
[OutputType(typeof(Container))]
public sealed class SetContainerCommand : ContainerActionCommand
{
    private ContainerChanges _changes = new();

    /// <summary>Most memory: 200MB, '200M', '1.5g'.</summary>
    [Parameter]
    public string? Memory { get; set; }

    /// <summary>Memory that is spared when it gets scarce.</summary>
    [Parameter]
    public string? MemoryReservation { get; set; }

    /// <summary>Most memory and swap together; -1 is unlimited.</summary>
    [Parameter]
    public string? MemorySwap { get; set; }

    /// <summary>Share of the processors' time against others', 2 to 262144; 1024 is usual.</summary>
    [Parameter]
    public long? CpuShares { get; set; }

    /// <summary>Processors' worth of time, such as 0.5.</summary>
    [Parameter]
    public double? Cpus { get; set; }

    /// <summary>Microseconds after which CpuQuota begins anew.</summary>
    [Parameter]
    public long? CpuPeriod { get; set; }

    /// <summary>Microseconds of the processors' time in each period; -1 is unlimited.</summary>
    [Parameter]
    public long? CpuQuota { get; set; }

    /// <summary>Microseconds after which CpuRealtimeRuntime begins anew; on cgroup v1.</summary>
    [Parameter]
    public long? CpuRealtimePeriod { get; set; }

    /// <summary>Microseconds in each period that real-time programs may run; on cgroup v1.</summary>
    [Parameter]
    public long? CpuRealtimeRuntime { get; set; }

    /// <summary>Processors it may run on, such as '0-3,5'.</summary>
    [Parameter]
    public string? CpuSet { get; set; }

    /// <summary>Memory nodes it may use, such as '0,1'.</summary>
    [Parameter]
    [Alias("CpuSetMems")]
    public string? CpuSetMemory { get; set; }

    /// <summary>Most processes; -1 is unlimited.</summary>
    [Parameter]
    public long? PidsLimit { get; set; }

    /// <summary>Weight of its disk traffic against others', 10 to 1000.</summary>
    [Parameter]
    [Alias("BlkioWeight")]
    public int? BlockIOWeight { get; set; }

    /// <summary>When it is started again: no, always, on-failure, on-failure:COUNT or unless-stopped.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(RestartCompleter))]
    public string? Restart { get; set; }

    private protected override void Begin()
    {
        _changes = new ContainerChanges
        {
            Memory = TextSetting.Size(Memory, nameof(Memory)),
            MemoryReservation = TextSetting.Size(MemoryReservation, nameof(MemoryReservation)),
            MemorySwap = TextSetting.SizeOrUnlimited(MemorySwap, nameof(MemorySwap)),
            CpuShares = CpuShares,
            Cpus = Cpus,
            CpuPeriod = CpuPeriod,
            CpuQuota = CpuQuota,
            CpuRealtimePeriod = CpuRealtimePeriod,
            CpuRealtimeRuntime = CpuRealtimeRuntime,
            CpuSet = CpuSet,
            CpuSetMemory = CpuSetMemory,
            PidsLimit = PidsLimit,
            BlockIOWeight = BlockIOWeight,
            Restart = Restart is null ? null : RestartText.Parse(Restart, nameof(Restart)),
        };
        if (_changes == new ContainerChanges())
            throw new InvalidSettingException(nameof(Memory), null, "What is to change? Give at least one limit, or -Restart.");
    }

    private protected override void ProcessContainer(Container container)
    {
        if (!ShouldProcess(container.Name, "Change limits and restart policy"))
            return;
        Engine.Containers.Update(container.Id, _changes);
        Pass(container);
    }
}
