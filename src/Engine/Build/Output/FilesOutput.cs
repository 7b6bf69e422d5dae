using ContainerPS.Engine.Containers;
using ContainerPS.Engine.Images;
using ContainerPS.Engine.Linux;

namespace ContainerPS.Engine.Build;

/// <summary>Puts the files of a stage into a folder or an archive.</summary>
internal static class FilesOutput
{
    /// <summary>Writes them.</summary>
    /// <param name="session">The build.</param>
    /// <param name="state">The stage.</param>
    /// <param name="kind">Folder or tar.</param>
    /// <param name="path">Where.</param>
    internal static void Write(BuildSession session, BuildState state, BuildOutputKind kind, string path)
    {
        var folders = state.Folders(session.Images.Layers);
        IReadOnlyList<string> lower = folders.Count == 0 ? [session.EmptyFolder()] : folders;
        if (kind == BuildOutputKind.Tar)
        {
            ArchiveFile.Write(path, destination =>
            {
                using var tree = CopyTree.OfView("the stage", OverlayView.Read(lower));
                using var root = CopySource.Find(tree, CopyPath.Parse("/"), followLink: false);
                var archive = new TreeArchive(tree, destination, session.Cancellation);
                archive.Add(root);
                archive.Finish();
            });
            return;
        }

        // They are whose folder it is, as with docker: the caller's.
        Directory.CreateDirectory(path);
        using var source = SourceTree.OfLayers(OverlayView.Read(lower), "the stage", lower);
        using var target = RootedDirectory.Open(path);
        using var writer = new TreeWriter(target, new FileOwner(Tmds.Linux.LibC.geteuid(), Tmds.Linux.LibC.getegid()), null, session.Cancellation);
        writer.Copy(source, new SourceFinder(source, IgnoreFile.Nothing, session.Cancellation).FindPlain("."), "/");
    }
}
