using System.Net;
using ContainerPS.Engine;

namespace ContainerPS;

/// <summary>A container as it was when asked for: a snapshot. Get-Container again for news.</summary>
public sealed class Container
{
    /// <summary>64 hex digits.</summary>
    public required string Id { get; init; }

    /// <summary>First 12 digits of <see cref="Id"/>.</summary>
    public string ShortId => Id[..12];

    /// <summary>Name.</summary>
    public required string Name { get; init; }

    /// <summary>Image as it was named when the container was created.</summary>
    public required string Image { get; init; }

    /// <summary>The image's id, <c>sha256:…</c>.</summary>
    public required string ImageId { get; init; }

    /// <summary>Program and arguments that PID 1 runs, entry point included.</summary>
    public IReadOnlyList<string> Command { get; init => field = ReadableList<string>.Of(value, " "); } = ReadableList<string>.None;

    /// <summary>When it was created.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>What it does now, asked of the kernel.</summary>
    public ContainerState State { get; init; }

    /// <summary>When it was last started, or null.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it last ended, or null.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Exit code of the last run: 128 + signal when killed by a signal; null before the first end.</summary>
    public int? ExitCode { get; init; }

    /// <summary>True when the last run was ended for want of memory.</summary>
    public bool OomKilled { get; init; }

    /// <summary>What kept it from starting or running, or null.</summary>
    public string? Error { get; init; }

    /// <summary>Process id of PID 1 seen from the host, or null when it does not run.</summary>
    public int? Pid { get; init; }

    /// <summary>Health, when it has a health check.</summary>
    public ContainerHealth? Health { get; init; }

    /// <summary>The last health checks, oldest first, while it runs.</summary>
    public IReadOnlyList<HealthCheckResult> HealthResults { get; init => field = ReadableList<HealthCheckResult>.Of(value); } = ReadableList<HealthCheckResult>.None;

    /// <summary>What happens when its program ends.</summary>
    public RestartPolicy? Restart { get; init; }

    /// <summary>How often the restart policy has started it again.</summary>
    public int RestartCount { get; init; }

    /// <summary>Published and exposed ports.</summary>
    public IReadOnlyList<ContainerPort> Ports { get; init => field = ReadableList<ContainerPort>.Of(value); } = ReadableList<ContainerPort>.None;

    /// <summary>Volumes and bind mounts.</summary>
    public IReadOnlyList<ContainerMount> Mounts { get; init => field = ReadableList<ContainerMount>.Of(value); } = ReadableList<ContainerMount>.None;

    /// <summary>Networks it is on.</summary>
    public IReadOnlyList<string> Networks { get; init => field = ReadableList<string>.Of(value); } = ReadableList<string>.None;

    /// <summary>Its first address, or null.</summary>
    public IPAddress? IPAddress { get; init; }

    /// <summary>Host name inside.</summary>
    public string? Hostname { get; init; }

    /// <summary>Metadata.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init => field = ReadableMap<string>.Of(value); } = ReadableMap<string>.Empty();

    /// <summary>Environment, as <c>NAME=value</c>.</summary>
    public IReadOnlyList<string> Environment { get; init => field = ReadableList<string>.Of(value); } = ReadableList<string>.None;

    /// <summary>Working directory of PID 1.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>User of PID 1 as it was asked for.</summary>
    public string? User { get; init; }

    /// <summary>True when its standard input is kept open.</summary>
    public bool Interactive { get; init; }

    /// <summary>True when it has a pseudo-terminal.</summary>
    public bool Tty { get; init; }

    /// <summary>True when it is removed as soon as it ends.</summary>
    public bool Remove { get; init; }

    /// <summary>True when it writes nothing but volumes and tmpfs.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>True when it has all capabilities and devices, and nothing is filtered or masked.</summary>
    public bool Privileged { get; init; }

    /// <summary>Capabilities that were added to the usual ones, such as <c>CAP_NET_ADMIN</c>; <c>ALL</c>.</summary>
    public IReadOnlyList<string> CapabilityAdd { get; init => field = ReadableList<string>.Of(value); } = ReadableList<string>.None;

    /// <summary>Capabilities that were dropped from the usual ones, such as <c>CAP_NET_RAW</c>; <c>ALL</c>.</summary>
    public IReadOnlyList<string> CapabilityDrop { get; init => field = ReadableList<string>.Of(value); } = ReadableList<string>.None;

    /// <summary>What was asked of filters and labels: <c>no-new-privileges</c>, <c>seccomp=unconfined</c>; a profile of system calls with its text.</summary>
    public IReadOnlyList<string> SecurityOption { get; init => field = ReadableList<string>.Of(value); } = ReadableList<string>.None;

    /// <summary>Limits in force.</summary>
    public ContainerLimits Limits { get; init; } = new();

    /// <summary>Most bytes of memory; null when there is no such limit. The limit that is asked for most; the others are in <see cref="Limits"/>.</summary>
    public long? Memory => Limits.Memory;

    /// <summary>File with its output, JSON lines.</summary>
    public string? LogPath { get; init; }

    /// <summary>Directory with what it has changed.</summary>
    public string? UpperPath { get; init; }

    /// <summary>Directories of the image's layers, uppermost first.</summary>
    public IReadOnlyList<string> LowerPath { get; init => field = ReadableList<string>.Of(value); } = ReadableList<string>.None;

    /// <summary>Bytes that it has written; null unless asked for (-Size).</summary>
    public long? Size { get; internal set; }

    /// <summary>Bytes of all its files, the image's included; null unless asked for (-Size).</summary>
    public long? RootSize { get; internal set; }

    /// <summary>Operating system and processor, such as <c>linux/amd64</c>.</summary>
    public string? Platform { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>What a container does.</summary>
public enum ContainerState
{
    /// <summary>Created, never started.</summary>
    Created,

    /// <summary>Its PID 1 runs.</summary>
    Running,

    /// <summary>Its processes are frozen.</summary>
    Paused,

    /// <summary>The restart policy waits to start it again.</summary>
    Restarting,

    /// <summary>It has ended.</summary>
    Exited,
}

/// <summary>Result of health checks.</summary>
public enum ContainerHealth
{
    /// <summary>Not enough checks yet.</summary>
    Starting,

    /// <summary>The last check succeeded.</summary>
    Healthy,

    /// <summary>As many checks in a row failed as the retries allow.</summary>
    Unhealthy,
}

/// <summary>A port of a container, published on the host or only exposed.</summary>
public sealed class ContainerPort
{
    /// <summary>Host address, or null when only exposed.</summary>
    public IPAddress? HostAddress { get; init; }

    /// <summary>Host port, or null when only exposed.</summary>
    public int? HostPort { get; init; }

    /// <summary>Port inside.</summary>
    public int Port { get; init; }

    /// <summary><c>tcp</c>, <c>udp</c> or <c>sctp</c>.</summary>
    public string Protocol { get; init; } = "tcp";

    /// <inheritdoc/>
    public override string ToString() =>
        HostPort is null ? $"{Port}/{Protocol}" : $"{new IPEndPoint(HostAddress ?? IPAddress.Any, HostPort.Value)}->{Port}/{Protocol}";
}

/// <summary>A volume or bind mount of a container.</summary>
public sealed class ContainerMount
{
    /// <summary><c>bind</c>, <c>volume</c>, <c>tmpfs</c> or <c>image</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Name of the volume or image, or null.</summary>
    public string? Name { get; init; }

    /// <summary>Directory or file on the host.</summary>
    public string? Source { get; init; }

    /// <summary>Path inside.</summary>
    public required string Target { get; init; }

    /// <summary>True when it cannot be written.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Of a bind mount, what becomes of mounts that are made in it later (man 7 mount_namespaces): <c>rprivate</c>, <c>rshared</c>, <c>rslave</c> …; else null.</summary>
    public string? Propagation { get; init; }

    /// <summary>Id of the image that is mounted, or null.</summary>
    internal string? ImageId { get; init; }

    /// <summary>Directories of that image's layers.</summary>
    internal IReadOnlyList<string> LayerPaths { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => $"{Source ?? Name ?? Type}:{Target}{(ReadOnly ? ":ro" : "")}";
}

/// <summary>Limits of a container; null is unlimited.</summary>
public sealed class ContainerLimits
{
    /// <summary>Bytes of memory.</summary>
    public long? Memory { get; init; }

    /// <summary>Bytes of memory that reclaim spares.</summary>
    public long? MemoryReservation { get; init; }

    /// <summary>Bytes of memory and swap together.</summary>
    public long? MemorySwap { get; init; }

    /// <summary>0 to 100.</summary>
    public int? MemorySwappiness { get; init; }

    /// <summary>CPUs' worth of time.</summary>
    public double? Cpus { get; init; }

    /// <summary>Relative weight, 1024 by default.</summary>
    public long? CpuShares { get; init; }

    /// <summary>CPUs it may run on.</summary>
    public string? CpuSet { get; init; }

    /// <summary>Memory nodes it may use.</summary>
    public string? CpuSetMemory { get; init; }

    /// <summary>Microseconds after which the quota begins anew.</summary>
    public long? CpuPeriod { get; init; }

    /// <summary>Microseconds of the processors' time in each period.</summary>
    public long? CpuQuota { get; init; }

    /// <summary>Most processes.</summary>
    public long? PidsLimit { get; init; }

    /// <summary>Relative weight of disk traffic, 10 to 1000.</summary>
    public int? BlockIOWeight { get; init; }

    /// <summary>Bytes read a second by device.</summary>
    public IReadOnlyList<DeviceRateSetting> DeviceReadBps { get; init => field = ReadableList<DeviceRateSetting>.Of(value); } = ReadableList<DeviceRateSetting>.None;

    /// <summary>Bytes written a second by device.</summary>
    public IReadOnlyList<DeviceRateSetting> DeviceWriteBps { get; init => field = ReadableList<DeviceRateSetting>.Of(value); } = ReadableList<DeviceRateSetting>.None;

    /// <summary>Reads a second by device.</summary>
    public IReadOnlyList<DeviceRateSetting> DeviceReadIops { get; init => field = ReadableList<DeviceRateSetting>.Of(value); } = ReadableList<DeviceRateSetting>.None;

    /// <summary>Writes a second by device.</summary>
    public IReadOnlyList<DeviceRateSetting> DeviceWriteIops { get; init => field = ReadableList<DeviceRateSetting>.Of(value); } = ReadableList<DeviceRateSetting>.None;

    /// <summary>Those that there are, as <c>Memory 200 MB, Cpus 0.5</c>; empty when there are none.</summary>
    public override string ToString()
    {
        (string Name, object? Value)[] all =
        [
            (nameof(Memory), Size(Memory)), (nameof(MemoryReservation), Size(MemoryReservation)), (nameof(MemorySwap), MemorySwap == -1 ? "unlimited" : Size(MemorySwap)),
            (nameof(MemorySwappiness), MemorySwappiness), (nameof(Cpus), Cpus), (nameof(CpuShares), CpuShares), (nameof(CpuSet), CpuSet), (nameof(CpuSetMemory), CpuSetMemory),
            (nameof(CpuPeriod), CpuPeriod), (nameof(CpuQuota), CpuQuota), (nameof(PidsLimit), PidsLimit), (nameof(BlockIOWeight), BlockIOWeight),
            (nameof(DeviceReadBps), Listed(DeviceReadBps)), (nameof(DeviceWriteBps), Listed(DeviceWriteBps)), (nameof(DeviceReadIops), Listed(DeviceReadIops)), (nameof(DeviceWriteIops), Listed(DeviceWriteIops)),
        ];
        return string.Join(", ", all.Where(static limit => limit.Value is not null).Select(static limit => FormattableString.Invariant($"{limit.Name} {limit.Value}")));
    }

    private static string? Size(long? bytes) => bytes is { } value ? HumanReadable.Size(value) : null;

    private static object? Listed(IReadOnlyList<DeviceRateSetting> rates) => rates.Count == 0 ? null : rates;
}
