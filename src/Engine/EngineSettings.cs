using System.Text.Json.Serialization;

namespace ContainerPS.Engine;

/// <summary>What <c>engine.json</c> says. Members that this version does not know are kept as they are when the file is written again.</summary>
internal sealed record EngineSettings
{
    /// <summary>Most transfers at a time when nothing is set.</summary>
    internal const int DefaultTransfers = 3;

    /// <summary>Bytes that the cache of builds may take when nothing is set.</summary>
    internal const long DefaultBuildCacheLimit = 20L << 30;

    /// <summary>Mirrors by registry, each an http or https address; tried in their order, then the registry itself.</summary>
    public Dictionary<string, List<string>>? RegistryMirrors { get; init; }

    /// <summary>Registries (<c>host</c>, <c>host:port</c> or <c>address/bits</c>) that may be spoken to without TLS, or with a certificate that nobody vouches for.</summary>
    public List<string>? InsecureRegistries { get; init; }

    /// <summary>Layers that are downloaded at a time.</summary>
    public int? MaxConcurrentDownloads { get; init; }

    /// <summary>Layers that are uploaded at a time.</summary>
    public int? MaxConcurrentUploads { get; init; }

    /// <summary>Keys that leave a terminal, where a command names none.</summary>
    public string? DetachKeys { get; init; }

    /// <summary>Log driver of containers that are created without one.</summary>
    public string? LogDriver { get; init; }

    /// <summary>Options of that driver.</summary>
    public Dictionary<string, string>? LogOptions { get; init; }

    /// <summary>Addresses that subnets of networks are cut of, as <c>10.89.0.0/16/24</c>.</summary>
    public List<string>? AddressPools { get; init; }

    /// <summary>Addresses of name servers of containers that name none.</summary>
    public List<string>? Dns { get; init; }

    /// <summary>Domains in which names are looked up, of containers that name none.</summary>
    public List<string>? DnsSearch { get; init; }

    /// <summary>Options of the resolver, of containers that have none.</summary>
    public List<string>? DnsOptions { get; init; }

    /// <summary>Bytes that the cache of builds may take.</summary>
    public long? BuildCacheLimit { get; init; }

    /// <summary>Members of the file that are none of these.</summary>
    [JsonExtensionData]
    public Dictionary<string, System.Text.Json.JsonElement>? Others { get; set; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true, ReadCommentHandling = System.Text.Json.JsonCommentHandling.Skip, AllowTrailingCommas = true)]
[JsonSerializable(typeof(EngineSettings))]
internal sealed partial class EngineSettingsJson : JsonSerializerContext
{
    /// <summary>One that is forgotten after use, by monitors, too: what it knows of the document is garbage then.</summary>
    internal static EngineSettingsJson Fresh() =>
        new(new System.Text.Json.JsonSerializerOptions { PropertyNamingPolicy = System.Text.Json.JsonNamingPolicy.CamelCase, ReadCommentHandling = System.Text.Json.JsonCommentHandling.Skip, AllowTrailingCommas = true });
}
