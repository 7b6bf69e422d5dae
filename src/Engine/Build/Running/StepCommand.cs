using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Build;

/// <summary>A command of RUN, all settled.</summary>
internal sealed record StepCommand
{
    /// <summary>Program and arguments.</summary>
    internal required IReadOnlyList<string> Words { get; init; }

    /// <summary>Its environment.</summary>
    internal required IReadOnlyList<string> Environment { get; init; }

    /// <summary>Its user, as USER says it.</summary>
    internal required string? User { get; init; }

    /// <summary>Its working directory, which is made when it is not there.</summary>
    internal required string WorkingDirectory { get; init; }

    /// <summary>Its network, as containers' settings have it.</summary>
    internal required string Network { get; init; }

    /// <summary>True to give it all privileges.</summary>
    internal bool IsPrivileged { get; init; }

    /// <summary>What is mounted for it alone.</summary>
    internal IReadOnlyList<Mount> Mounts { get; init; } = [];
}
