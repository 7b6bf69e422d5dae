using System.Text;
using ContainerPS.Engine.Linux;
using Tmds.Linux;

namespace ContainerPS.Engine.Storage;

/// <summary>
/// Removes a tree that a container or an archive has filled: by descriptors and byte names, following no link, whatever its names and depth.
/// </summary>
internal static unsafe class TreeRemover
{
    /// <summary>Removes the file or directory; it is no error when it does not exist.</summary>
    internal static void Remove(string path)
    {
        var parent = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(parent)) return;
        using var folder = FileDescriptors.Open(parent, LibC.O_PATH | LibC.O_DIRECTORY);
        int result;
        fixed (byte* name = Encoding.UTF8.GetBytes(Path.GetFileName(path) + '\0'))
            result = TreeRemoval.Remove(folder.Number(), name);
        if (result < 0) throw new KernelException("remove", path, -result);
    }
}
