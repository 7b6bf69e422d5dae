using ContainerPS.Engine.Linux;
using Tmds.Linux;

namespace ContainerPS.Engine.Storage;

/// <summary>Files of the store that are either the old or the new text, whatever happens: written aside, fsynced, renamed, folder fsynced.</summary>
internal static class AtomicFile
{
    /// <summary>Replaces or makes a file, mode 0600.</summary>
    /// <param name="path">The file; its folder exists.</param>
    /// <param name="content">Its new content.</param>
    /// <param name="durable">False for files that need not outlive a power cut (those below the run folder).</param>
    internal static void Write(string path, ReadOnlySpan<byte> content, bool durable = true)
    {
        var temporary = $"{path}.{Environment.ProcessId:x}.{Guid.NewGuid():n}.tmp";
        try
        {
            using (var file = File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
                RandomAccess.Write(file, content, 0);
                if (durable) RandomAccess.FlushToDisk(file);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e)
        {
            File.Delete(temporary);
            if (IsNoSpace(e)) throw new NoSpaceException(path, e);
            throw;
        }

        if (durable) FlushFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Makes renames and deletions in a folder durable.</summary>
    internal static void FlushFolder(string path)
    {
        using var folder = FileDescriptors.Open(path, LibC.O_RDONLY | LibC.O_DIRECTORY);
        if (LibC.fsync(folder.Number()) != 0) throw new KernelException("fsync", path, LibC.errno);
    }

    /// <summary>True for the errors by which the runtime says that a disk or quota is full.</summary>
    internal static bool IsNoSpace(Exception e) =>
        e is IOException { HResult: var code } && (code == LibC.ENOSPC || code == LibC.EDQUOT);
}
