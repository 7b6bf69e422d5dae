namespace ContainerPS.Engine.Build;

/// <summary>What a source of COPY or ADD stands for: a file, or a directory whose content is meant.</summary>
/// <param name="Name">The name that it gets in a directory: the one by which it was asked for.</param>
/// <param name="Path">The path that it really has below the tree's root; "." for the root.</param>
/// <param name="Entries">What is copied: of a directory, all that is in it, each directory before what is in it; itself has an empty path.</param>
internal sealed record SourceItem(string Name, string Path, IReadOnlyList<SourceEntry> Entries)
{
    /// <summary>True for a directory.</summary>
    internal bool IsDirectory => Entries[0].IsDirectory;
}
