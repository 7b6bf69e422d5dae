namespace ContainerPS.Engine.Build;

/// <summary>What a Dockerfile is checked with.</summary>
internal sealed record CheckContext
{
    /// <summary>Arguments that the build is given.</summary>
    public IReadOnlyDictionary<string, string> Arguments { get; init; } = new Dictionary<string, string>();

    /// <summary>This machine, such as <c>linux/amd64</c>.</summary>
    public required string BuildPlatform { get; init; }

    /// <summary>What is built for, or null for this machine.</summary>
    public string? TargetPlatform { get; init; }

    /// <summary>What .dockerignore leaves out, or null when there is none.</summary>
    public IgnoreFile? Ignored { get; init; }

    /// <summary>Looks up an image; gives null for one that is not known, whose variables then cannot be known, either.</summary>
    public Func<string, BaseImage?> FindImage { get; init; } = _ => null;

    /// <summary>Options besides those in the Dockerfile.</summary>
    public CheckOptions Options { get; init; } = new();
}
