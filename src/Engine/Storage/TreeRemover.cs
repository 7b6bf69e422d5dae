using System.Text;
using ContainerPS.Engine.Linux;

namespace ContainerPS.Engine.Storage;

/// <summary>Removes trees of the store that others have filled, whatever their names are made of and however deep they are.</summary>
internal static unsafe class TreeRemover
{
    /// <summary>Removes a file, link or folder with all that is in it; nothing happens when it does not exist.</summary>
    internal static void Remove(string path)
    {
        var parent = Path.GetDirectoryName(path)!;
        using var folder = FolderHandle.TryOpen(parent);
        if (folder is null) return;
        int result;
        fixed (byte* name = Encoding.UTF8.GetBytes(Path.GetFileName(path) + '\0'))
            result = TreeRemoval.Remove((int)folder.DangerousGetHandle(), name);
        if (result < 0) throw new KernelException("remove", path, -result);
    }
}
