using System.Text.Json.Serialization;

namespace ContainerPS.Engine.Containers;

/// <summary>
/// One mount of a container as it was settled when the container was created, in its record: a folder or file of the machine, a volume, a tmpfs, or an image. (What
/// <c>-Tmpfs</c> asks stays in the settings.) <see cref="Source"/> is where its content lies on the machine, whether the container runs or not.
/// </summary>
internal sealed record MountRecord
{
    /// <summary>One of <see cref="MountTypes"/>.</summary>
    public required string Type { get; init; }

    /// <summary>The volume's name; null for what is no volume.</summary>
    public string? Name { get; init; }

    /// <summary>Folder or file on the machine; null for a tmpfs and an image. Of a part of a volume, its path below the volume's folder may lead through links and is resolved inside that.</summary>
    public string? Source { get; init; }

    /// <summary>Absolute path inside, without <c>.</c>, <c>..</c> and double slashes.</summary>
    public required string Target { get; init; }

    /// <summary>True when it cannot be written inside.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool ReadOnly { get; init; }

    /// <summary>True for a volume without a name of its own: it goes with the last container that is removed with its volumes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsAnonymous { get; init; }

    /// <summary>True for a volume that has to be mounted on the machine before it can be used: its driver has options.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsDriven { get; init; }

    /// <summary>True when a missing <see cref="Source"/> is made: Docker's short form of a bind mount.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool MakesSource { get; init; }

    /// <summary>Propagation of mounts (man 7 mount_namespaces); null for rprivate.</summary>
    public string? Propagation { get; init; }

    /// <summary>What becomes of mounts below the source: <c>enabled</c>, <c>disabled</c>, <c>writable</c> or <c>readonly</c>; null for enabled.</summary>
    public string? Recursive { get; init; }

    /// <summary>Options of a tmpfs, as the file system takes them.</summary>
    public List<string>? Options { get; init; }

    /// <summary>The image as it was named; null for what is none.</summary>
    public string? Image { get; init; }

    /// <summary>The image's id.</summary>
    public string? ImageId { get; init; }

    /// <summary>Directories of the image's layers, uppermost first.</summary>
    public List<string>? LayerPaths { get; init; }

    /// <summary>Path in the image that is mounted alone; null for all of it.</summary>
    public string? ImagePart { get; init; }
}

/// <summary>Kinds of mounts.</summary>
internal static class MountTypes
{
    internal const string Bind = "bind";
    internal const string Volume = "volume";
    internal const string Tmpfs = "tmpfs";
    internal const string Image = "image";
}
