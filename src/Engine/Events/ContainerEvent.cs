using ContainerPS.Engine;

namespace ContainerPS;

/// <summary>Something that has happened to a container, an image, a volume, a network or the engine.</summary>
public sealed class ContainerEvent
{
    /// <summary>When it happened.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>What sort of thing it happened to.</summary>
    public ContainerEventType Type { get; init; }

    /// <summary>What happened, in Docker's words: <c>create</c>, <c>start</c>, <c>die</c>, <c>pull</c> …</summary>
    public required string Action { get; init; }

    /// <summary>Id of what it happened to; a volume's is its name.</summary>
    public required string Id { get; init; }

    /// <summary>Name of what it happened to, or null when it has none.</summary>
    public string? Name { get; init; }

    /// <summary>What else is known: a container's image, the exit code of one that died …</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init => field = ReadableMap<string>.Of(value); } = ReadableMap<string>.Empty();

    /// <inheritdoc/>
    public override string ToString() => $"{Type} {Action} {Name ?? Id}";
}

/// <summary>What sort of thing an event is about.</summary>
public enum ContainerEventType
{
    /// <summary>A container.</summary>
    Container,

    /// <summary>An image.</summary>
    Image,

    /// <summary>A volume.</summary>
    Volume,

    /// <summary>A network.</summary>
    Network,

    /// <summary>The engine itself.</summary>
    Engine,
}
