namespace ContainerPS.Engine.Build;

/// <summary>The files that a build is given.</summary>
/// <param name="Folder">Folder with them, on this machine.</param>
/// <param name="Name">What messages call it.</param>
/// <param name="IsKept">True when the folder is the user's, and will be the same at the next build.</param>
internal sealed record BuildContext(string Folder, string Name, bool IsKept)
{
    /// <summary>The tree, without what .dockerignore leaves out.</summary>
    internal SourceTree Open(IgnoreFile ignore) => SourceTree.OfFolder(Folder, Name, ignore, IsKept);
}
