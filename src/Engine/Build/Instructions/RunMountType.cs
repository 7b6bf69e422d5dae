namespace ContainerPS.Engine.Build;

/// <summary>What <c>RUN --mount</c> mounts.</summary>
internal enum RunMountType
{
    /// <summary>Files of the context, a stage or an image.</summary>
    Bind,

    /// <summary>A folder that outlives the build.</summary>
    Cache,

    /// <summary>A file system in memory.</summary>
    Tmpfs,

    /// <summary>A file that is in no layer.</summary>
    Secret,

    /// <summary>The socket of an SSH agent.</summary>
    Ssh,
}
