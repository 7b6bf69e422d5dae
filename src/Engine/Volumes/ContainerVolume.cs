using ContainerPS.Engine;

namespace ContainerPS;

/// <summary>A volume as it was when asked for: a folder that containers share, and that outlives them. Get-ContainerVolume again for news.</summary>
public sealed class ContainerVolume
{
    /// <summary>Name; of an anonymous volume, 64 hex digits.</summary>
    public required string Name { get; init; }

    /// <summary>What provides it: <c>local</c>.</summary>
    public required string Driver { get; init; }

    /// <summary>Directory on this machine with its content. Of a volume whose options have it mounted, it is empty while no container that uses it runs.</summary>
    public required string Mountpoint { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>Metadata.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init => field = ReadableMap<string>.Of(value); } = ReadableMap<string>.Empty();

    /// <summary>The driver's options: <c>type</c>, <c>device</c>, <c>o</c>.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init => field = ReadableMap<string>.Of(value); } = ReadableMap<string>.Empty();

    /// <summary>True when it was made for a container that did not name it.</summary>
    public bool IsAnonymous { get; init; }

    /// <summary>Names of the containers that use it, running or not.</summary>
    public IReadOnlyList<string> UsedBy { get; init => field = ReadableList<string>.Of(value); } = ReadableList<string>.None;

    /// <summary>Bytes of its files; null unless they were asked for.</summary>
    public long? Size { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>A container that uses a volume.</summary>
/// <param name="Volume">The volume's name.</param>
/// <param name="Container">The container's name.</param>
/// <param name="Running">True when it runs, or is about to be started again.</param>
public sealed record VolumeUser(string Volume, string Container, bool Running);
