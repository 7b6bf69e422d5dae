namespace ContainerPS.Engine.Containers;

/// <summary>A mount as it is asked for, before its volume is made.</summary>
/// <param name="Record">What will be recorded.</param>
internal sealed record PlannedMount(MountRecord Record)
{
    /// <summary>What its volume is made with when there is none of that name.</summary>
    internal VolumeSettings Volume { get; init; } = new();

    /// <summary>True when an empty volume is filled with what the image has at the target.</summary>
    internal bool Fills { get; init; }

    /// <summary>True when the volume is another container's and must be there.</summary>
    internal bool IsShared { get; init; }

    /// <summary>The parameter that asked for it, for errors; null for the image's own.</summary>
    internal string? Parameter { get; init; }
}
