namespace ContainerPS;

/// <summary>How a file of a container differs from its image's.</summary>
public enum ContainerChangeKind
{
    /// <summary>The image has no such file.</summary>
    Added,

    /// <summary>Content, mode, owner or type differ, or something in the directory does.</summary>
    Changed,

    /// <summary>The image's file is gone.</summary>
    Deleted,
}

/// <summary>A difference between a container's files and its image's.</summary>
/// <param name="Kind">What has become of it.</param>
/// <param name="Path">Path inside the container.</param>
public sealed record ContainerChange(ContainerChangeKind Kind, string Path)
{
    /// <summary>As docker diff prints it: <c>A</c>, <c>C</c> or <c>D</c>, and the path.</summary>
    public override string ToString() => $"{Kind.ToString()[0]} {Path}";
}
