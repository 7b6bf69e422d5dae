using ContainerPS.Engine;

namespace ContainerPS;

/// <summary>The engine on this machine: versions, places, what the kernel offers, how much is in the store.</summary>
public sealed class ContainerEngine
{
    /// <summary>Version of the module.</summary>
    public required string Version { get; init; }

    /// <summary>Kernel release, as <c>uname -r</c>.</summary>
    public required string KernelVersion { get; init; }

    /// <summary>Operating system, from /etc/os-release.</summary>
    public required string OperatingSystem { get; init; }

    /// <summary>Processor, as GOARCH: <c>amd64</c>, <c>arm64</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>Number of processors.</summary>
    public int Cpus { get; init; }

    /// <summary>Bytes of memory.</summary>
    public long Memory { get; init; }

    /// <summary><c>v1</c>, <c>v2</c> or <c>hybrid</c>.</summary>
    public required string CgroupVersion { get; init; }

    /// <summary>Cgroup controllers that are mounted.</summary>
    public IReadOnlyList<string> CgroupControllers { get; init => field = ReadableList<string>.Of(value); } = ReadableList<string>.None;

    /// <summary>Where images, layers and containers are kept.</summary>
    public required string RootPath { get; init; }

    /// <summary>Where the state of running containers is kept.</summary>
    public required string RunPath { get; init; }

    /// <summary>File with the engine's settings.</summary>
    public required string ConfigPath { get; init; }

    /// <summary>The <c>runcs</c> program that monitors containers.</summary>
    public required string RuntimePath { get; init; }

    /// <summary>Number of images.</summary>
    public int Images { get; init; }

    /// <summary>Number of containers.</summary>
    public int Containers { get; init; }

    /// <summary>Number of containers that run.</summary>
    public int ContainersRunning { get; init; }

    /// <summary>Number of containers that are paused.</summary>
    public int ContainersPaused { get; init; }

    /// <summary>Number of containers that are neither running nor paused.</summary>
    public int ContainersStopped { get; init; }

    /// <summary>Mirrors by registry, in the order in which they are tried.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> RegistryMirrors { get; init => field = ReadableMap<IReadOnlyList<string>>.Of(value); } = ReadableMap<IReadOnlyList<string>>.Empty();

    /// <summary>Registries that may be spoken to without TLS.</summary>
    public IReadOnlyList<string> InsecureRegistries { get; init => field = ReadableList<string>.Of(value); } = ReadableList<string>.None;

    /// <summary>Layers that are downloaded at a time.</summary>
    public int MaxConcurrentDownloads { get; init; }

    /// <summary>Layers that are uploaded at a time.</summary>
    public int MaxConcurrentUploads { get; init; }

    /// <summary>Addresses that subnets of networks are cut of, with the bits of each subnet.</summary>
    public IReadOnlyList<string> AddressPools { get; init => field = ReadableList<string>.Of(value); } = ReadableList<string>.None;

    /// <summary>Addresses of name servers of containers that name none; empty for this machine's.</summary>
    public IReadOnlyList<string> Dns { get; init => field = ReadableList<string>.Of(value); } = ReadableList<string>.None;

    /// <summary>Domains in which containers look names up that name none; empty for this machine's.</summary>
    public IReadOnlyList<string> DnsSearch { get; init => field = ReadableList<string>.Of(value); } = ReadableList<string>.None;

    /// <summary>Options of the resolver of containers that have none; empty for this machine's.</summary>
    public IReadOnlyList<string> DnsOptions { get; init => field = ReadableList<string>.Of(value); } = ReadableList<string>.None;

    /// <summary>Bytes that the cache of builds may take.</summary>
    public long BuildCacheLimit { get; init; }

    /// <summary>Keys that leave a terminal, where a command names none.</summary>
    public string DetachKeys { get; init; } = "";

    /// <summary>Bytes free on the store's disk.</summary>
    public long FreeSpace { get; init; }
}
