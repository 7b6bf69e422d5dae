using ContainerPS.Engine.Linux;
using Tmds.Linux;

namespace ContainerPS.Engine.Cgroups;

/// <summary>
/// Goes through a cgroup's directory and all below it. The container may have made those, of any depth and any name, so each is reached from
/// the one above by its name's bytes, never by a path; depth costs no descriptors.
/// </summary>
internal static unsafe class CgroupWalk
{
    private const int Flags = 0x10000 /* O_DIRECTORY */ | 0x20000 /* O_NOFOLLOW */ | Syscall.O_CLOEXEC;
    private const byte DT_DIR = 4;

    /// <summary>Calls <paramref name="visit"/> with a descriptor of the directory and of each below it.</summary>
    internal static void Visit(string top, Action<int> visit) => Walk(top, visit, remove: false);

    /// <summary>Removes all directories below one, deepest first; those with processes stay.</summary>
    internal static void RemoveBelow(string top) => Walk(top, null, remove: true);

    private static void Walk(string top, Action<int>? visit, bool remove)
    {
        var current = KernelFile.Open(top, LibC.O_RDONLY | LibC.O_DIRECTORY);
        if (current < 0) return;
        try
        {
            var above = new Stack<(byte[] Name, Queue<byte[]> Siblings)>();
            visit?.Invoke(current);
            var children = Children(current);
            while (true)
            {
                if (children.TryDequeue(out var name))
                {
                    if (!Move(ref current, name)) continue; // it is gone
                    above.Push((name, children));
                    visit?.Invoke(current);
                    children = Children(current);
                    continue;
                }

                if (!above.TryPop(out var left) || !Move(ref current, [(byte)'.', (byte)'.', 0])) return;
                if (remove) fixed (byte* directory = left.Name) _ = Syscall.unlinkat(current, directory, LibC.AT_REMOVEDIR);
                children = left.Siblings;
            }
        }
        finally
        {
            _ = LibC.close(current);
        }
    }

    private static bool Move(ref int current, byte[] name)
    {
        int next;
        fixed (byte* pointer = name) next = Syscall.openat(current, pointer, Flags);
        if (next < 0) return false;
        _ = LibC.close(current);
        current = next;
        return true;
    }

    private static Queue<byte[]> Children(int directory)
    {
        const int size = 8192;
        var names = new Queue<byte[]>();
        var buffer = new byte[size];
        fixed (byte* start = buffer)
        {
            while (true)
            {
                // struct linux_dirent64: inode 8, offset 8, record length 2, type 1, name.
                var read = Syscall.getdents64(directory, start, size);
                if (read <= 0) return names;
                for (var at = 0; at < read; at += *(ushort*)(start + at + 16))
                {
                    var name = System.Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpanFromNullTerminated(start + at + 19);
                    if (start[at + 18] == DT_DIR && !name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8)) names.Enqueue([.. name, 0]);
                }
            }
        }
    }
}
