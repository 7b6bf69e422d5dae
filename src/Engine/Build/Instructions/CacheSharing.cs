namespace ContainerPS.Engine.Build;

/// <summary>How builds share a cache.</summary>
internal enum CacheSharing
{
    /// <summary>All at once.</summary>
    Shared,

    /// <summary>Each its own when another uses it.</summary>
    Private,

    /// <summary>One after another.</summary>
    Locked,
}
