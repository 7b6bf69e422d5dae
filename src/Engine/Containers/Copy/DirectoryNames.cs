using System.Text;
using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Containers;

/// <summary>Names in a directory of a tree, as somebody who types a path wants them.</summary>
internal static unsafe class DirectoryNames
{
    /// <summary>The names, ordered, of directories with a slash behind; none when it is no directory.</summary>
    internal static IReadOnlyList<string> Of(CopyTree tree, string path)
    {
        using var directory = tree.TryOpen(path, followLast: true);
        if (directory is null || EntryStatus.Of(directory).Type != FileBits.S_IFDIR) return [];
        using var reader = new SafeFileHandle(EntryStatus.Reopen(directory.Number(), LibC.O_RDONLY | LibC.O_DIRECTORY), ownsHandle: true);
        if (reader.IsInvalid) return [];
        var names = new List<string>();
        foreach (var name in TreeRemoval.List(reader.Number()))
        {
            fixed (byte* start = name)
            {
                var text = Encoding.UTF8.GetString(name.AsSpan(0, name.Length - 1));
                names.Add(EntryStatus.TryGet(reader.Number(), start, out var status) && status.Type == FileBits.S_IFDIR ? text + "/" : text);
            }
        }

        names.Sort(StringComparer.Ordinal);
        return names;
    }
}
