namespace ContainerPS.Engine.Containers;

/// <summary>What a copy does with its destination.</summary>
internal enum CopyForm
{
    /// <summary>The directory that is there gets what is in the source.</summary>
    Content,

    /// <summary>The directory that is there gets the source, under its own name.</summary>
    Inside,

    /// <summary>The destination becomes the copy.</summary>
    InPlace,

    /// <summary>Refused: a directory would replace a file.</summary>
    DirectoryOverFile,

    /// <summary>Refused: a file that ends in a slash.</summary>
    FileIsNoDirectory,

    /// <summary>Refused: a file would be put into a directory that is not there.</summary>
    NoDirectory,
}

/// <summary>The rules of docker cp (docs.docker.com/reference/cli/docker/container/cp).</summary>
internal static class CopyRule
{
    /// <summary>What becomes of a source and a destination.</summary>
    /// <param name="isDirectory">The source is a directory.</param>
    /// <param name="isContent">The source ends in <c>/.</c>, or is the root.</param>
    /// <param name="exists">The destination is there.</param>
    /// <param name="intoDirectory">It is a directory.</param>
    /// <param name="mustBeDirectory">It ends in a slash.</param>
    internal static CopyForm Of(bool isDirectory, bool isContent, bool exists, bool intoDirectory, bool mustBeDirectory) => (exists, intoDirectory) switch
    {
        (true, true) => isContent ? CopyForm.Content : CopyForm.Inside,
        (true, false) when mustBeDirectory => CopyForm.FileIsNoDirectory,
        (true, false) => isDirectory ? CopyForm.DirectoryOverFile : CopyForm.InPlace,
        _ => isDirectory || !mustBeDirectory ? CopyForm.InPlace : CopyForm.NoDirectory,
    };
}
