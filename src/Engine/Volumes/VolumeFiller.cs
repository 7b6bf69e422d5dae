using System.Text;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Storage;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Volumes;

/// <summary>
/// Puts what an image has at a mount point into an empty volume, with owners, modes, times, extended attributes and links, as Docker does. Goes by descriptors
/// and follows no link in either tree: whoever has the volume in a container meanwhile can make this fail, and nothing else (CVE-2025-9566).
/// </summary>
internal static unsafe class VolumeFiller
{
    private const string FillingName = "filling";

    /// <summary>True when a folder has nothing in it.</summary>
    internal static bool IsEmpty(string folder)
    {
        using var handle = FileDescriptors.Open(folder, LibC.O_RDONLY | LibC.O_DIRECTORY);
        return TreeRemoval.List(handle.Number()).Count == 0;
    }

    /// <summary>Fills the folder itself; when that fails, what has come is taken away again.</summary>
    internal static void Fill(string folder, SafeFileHandle source)
    {
        using var target = FileDescriptors.Open(folder, LibC.O_RDONLY | LibC.O_DIRECTORY);
        try
        {
            TreeCopy.Copy(source, target);
        }
        catch
        {
            Empty(target);
            throw;
        }
    }

    /// <summary>Fills a folder beside it, which then takes the folder's place: somebody who is killed meanwhile leaves an empty volume, none with a part.</summary>
    internal static void Replace(string folder, SafeFileHandle source)
    {
        var beside = Path.Combine(Path.GetDirectoryName(folder)!, FillingName);
        TreeRemover.Remove(beside);
        try
        {
            Directory.CreateDirectory(beside, StagingFolder.PrivateMode);
            using (var target = FileDescriptors.Open(beside, LibC.O_RDONLY | LibC.O_DIRECTORY)) TreeCopy.Copy(source, target);
            WriteBack.FileSystemOf(beside);
            Exchange(folder, beside);
        }
        finally
        {
            TreeRemover.Remove(beside);
        }
    }

    private static void Empty(SafeFileHandle folder)
    {
        foreach (var entry in TreeRemoval.List(folder.Number()))
            fixed (byte* name = entry) _ = TreeRemoval.Remove(folder.Number(), name);
    }

    private static void Exchange(string one, string other)
    {
        int result;
        fixed (byte* first = Encoding.UTF8.GetBytes(one + '\0'))
        fixed (byte* second = Encoding.UTF8.GetBytes(other + '\0'))
            result = Syscall.renameat2(LibC.AT_FDCWD, first, LibC.AT_FDCWD, second, Syscall.RENAME_EXCHANGE);
        if (result < 0) throw new KernelException("exchange", one, -result);
    }
}
