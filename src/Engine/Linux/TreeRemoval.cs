using Tmds.Linux;

namespace ContainerPS.Engine.Linux;

/// <summary>Removes a file or a whole tree by directory descriptors; no link is followed, and depth costs no descriptors.</summary>
internal static unsafe class TreeRemoval
{
    private const int DeepestOpen = 64;

    /// <summary>Removes <paramref name="name"/> from a directory, whatever it is: 0 or <c>-errno</c>. What is gone already is no error.</summary>
    internal static int Remove(int directory, byte* name)
    {
        var result = Syscall.unlinkat(directory, name, 0);
        if (result != -LibC.EISDIR) return result == -LibC.ENOENT ? 0 : result;
        // What lies too deep is moved up into the directory and removed in its turn.
        var moved = new Queue<byte[]>();
        result = RemoveDirectory(directory, directory, name, 0, moved);
        while (result == 0 && moved.TryDequeue(out var next))
        {
            fixed (byte* nextName = next) result = RemoveDirectory(directory, directory, nextName, 0, moved);
        }

        return result;
    }

    /// <summary>Lists a directory by its descriptor (not O_PATH): names ending in NUL, without "." and "..".</summary>
    internal static List<byte[]> List(int directory)
    {
        const int size = 16 * 1024;
        var names = new List<byte[]>();
        var buffer = new byte[size];
        fixed (byte* start = buffer)
        {
            while (true)
            {
                var read = Syscall.getdents64(directory, start, size);
                if (read < 0) throw new KernelException("getdents64", $"descriptor {directory}", -read);
                if (read == 0) return names;
                // struct linux_dirent64: inode 8, offset 8, record length 2, type 1, name.
                for (var at = 0; at < read; at += *(ushort*)(start + at + 16))
                {
                    var name = System.Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpanFromNullTerminated(start + at + 19);
                    if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8)) names.Add([.. name, 0]);
                }
            }
        }
    }

    private static int RemoveDirectory(int top, int parent, byte* name, int depth, Queue<byte[]> aside)
    {
        var fd = Syscall.openat(parent, name, LibC.O_RDONLY | LibC.O_DIRECTORY | LibC.O_NOFOLLOW | LibC.O_CLOEXEC);
        if (fd < 0) return fd;
        try
        {
            foreach (var child in List(fd))
            {
                fixed (byte* childName = child)
                {
                    var result = Syscall.unlinkat(fd, childName, 0);
                    if (result == -LibC.EISDIR)
                        result = depth < DeepestOpen ? RemoveDirectory(top, fd, childName, depth + 1, aside) : MoveUp(top, fd, childName, aside);
                    if (result < 0 && result != -LibC.ENOENT) return result;
                }
            }
        }
        finally
        {
            LibC.close(fd);
        }

        return Syscall.unlinkat(parent, name, LibC.AT_REMOVEDIR);
    }

    private static int MoveUp(int top, int parent, byte* name, Queue<byte[]> moved)
    {
        var aside = System.Text.Encoding.ASCII.GetBytes($".removing-{Guid.NewGuid():n}\0");
        fixed (byte* asideName = aside)
        {
            var result = Syscall.renameat2(parent, name, top, asideName, Syscall.RENAME_NOREPLACE);
            if (result == 0) moved.Enqueue(aside);
            return result;
        }
    }
}
