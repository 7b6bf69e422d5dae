using System.Runtime.InteropServices;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Storage;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Build;

/// <summary>Extended attributes and links of files that are copied.</summary>
internal static unsafe class FileAttributes
{
    private const int MostBytes = 64 * 1024;

    /// <summary>The attributes that go with a file: the user's, its ACLs and its capabilities, by name. What is the kernel's or the machine's policy stays behind.</summary>
    internal static IReadOnlyList<TarXattr> Of(SafeFileHandle file)
    {
        // Most files have none, and this call says so at once.
        var length = Syscall.flistxattr(file.Number(), null, 0);
        if (length <= 0) return [];
        var attributes = new List<TarXattr>();
        var names = new byte[MostBytes];
        var value = new byte[MostBytes];
        fixed (byte* list = names, data = value)
        {
            length = Syscall.flistxattr(file.Number(), list, names.Length);
            for (var at = 0; at < length;)
            {
                var name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(list + at);
                if (LayerWriter.IsOfImage(name))
                {
                    var size = Syscall.fgetxattr(file.Number(), list + at, data, value.Length);
                    if (size >= 0) attributes.Add(new TarXattr(name.ToArray(), value[..size]));
                }

                at += name.Length + 1;
            }
        }

        attributes.Sort(static (a, b) => a.Name.AsSpan().SequenceCompareTo(b.Name));
        return attributes;
    }

    /// <summary>Sets attributes of an open file; those that its file system does not know are left out, but for capabilities.</summary>
    internal static void Set(int file, IReadOnlyList<TarXattr> attributes)
    {
        foreach (var attribute in attributes)
        {
            int result;
            fixed (byte* name = (byte[])[.. attribute.Name, 0], value = attribute.Value) result = Syscall.fsetxattr(file, name, value, attribute.Value.Length, 0);
            if (result < 0 && attribute.Name.AsSpan().SequenceEqual("security.capability"u8)) throw new KernelException("set capabilities", "file", -result);
        }
    }

    /// <summary>What a link leads to.</summary>
    internal static byte[] LinkTarget(SourceTree tree, SourceEntry entry)
    {
        using var link = tree.Open(entry.Path, LibC.O_PATH);
        var text = stackalloc byte[4096];
        byte empty = 0;
        var length = Syscall.readlinkat(link.Number(), &empty, text, 4096);
        return length >= 0 ? new ReadOnlySpan<byte>(text, length).ToArray() : throw tree.Changed(entry.Path);
    }
}
