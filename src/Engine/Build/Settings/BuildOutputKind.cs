namespace ContainerPS;

/// <summary>Forms of a build's result.</summary>
public enum BuildOutputKind
{
    /// <summary>The files, in a folder.</summary>
    Folder,

    /// <summary>The files, in a tar archive.</summary>
    Tar,

    /// <summary>The image, in an archive with an OCI layout.</summary>
    OciArchive,

    /// <summary>The image, in an archive as <c>docker save</c> writes it.</summary>
    DockerArchive,
}
