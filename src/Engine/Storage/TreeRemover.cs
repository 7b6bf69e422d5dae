using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using ContainerPS.Engine.Linux;
using Tmds.Linux;

namespace ContainerPS.Engine.Storage;

/// <summary>
/// Removes a tree that a container or an archive has filled: by descriptors and byte names, following no link, whatever its names and depth.
/// </summary>
internal static unsafe class TreeRemover
{
    // Deeper directories are moved up to the top first, so that a hostile nesting exhausts no descriptors.
    private const int MostLevels = 128;

    private const int AT_REMOVEDIR = 0x200;
    private const byte DT_UNKNOWN = 0;
    private const byte DT_DIR = 4;

    /// <summary>Removes the file or directory; it is no error when it does not exist.</summary>
    internal static void Remove(string path)
    {
        var name = Encoding.UTF8.GetBytes(path + '\0');
        fixed (byte* p = name)
        {
            var errno = -Unlink(LibC.AT_FDCWD, p, 0);
            if (errno is 0 || errno == LibC.ENOENT) return;
            if (errno != LibC.EISDIR && errno != LibC.EPERM) throw new KernelException("unlink", path, errno);

            var top = OpenFolder(LibC.AT_FDCWD, p);
            if (top < 0) throw new KernelException("open", path, -top);
            try
            {
                Empty(top, top, 1, path);
            }
            finally
            {
                _ = LibC.close(top);
            }

            errno = -Unlink(LibC.AT_FDCWD, p, AT_REMOVEDIR);
            if (errno != 0 && errno != LibC.ENOENT) throw new KernelException("rmdir", path, errno);
        }
    }

    private static void Empty(int folder, int top, int level, string path)
    {
        const int size = 32 * 1024;
        var buffer = (byte*)NativeMemory.Alloc(size);
        try
        {
            // Entries vanish while the directory is read, so it is read from the start until it has none left.
            bool found;
            do
            {
                found = false;
                Rewind(folder);
                nint length;
                while ((length = Syscall.Raw(Syscall.Number(217, 61) /* getdents64 */, folder, (nint)buffer, size)) > 0)
                {
                    for (nint at = 0; at < length; at += BinaryPrimitives.ReadUInt16LittleEndian(new ReadOnlySpan<byte>(buffer + at + 16, 2)))
                    {
                        var name = buffer + at + 19;
                        if (name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0))) continue;
                        RemoveEntry(folder, name, buffer[at + 18], top, level, path);
                        found = true;
                    }
                }

                if (length < 0) throw new KernelException("getdents64", path, (int)-length);
            }
            while (found);
        }
        finally
        {
            NativeMemory.Free(buffer);
        }
    }

    private static void RemoveEntry(int folder, byte* name, byte type, int top, int level, string path)
    {
        int errno;
        if (type != DT_DIR)
        {
            errno = -Unlink(folder, name, 0);
            if (errno is 0 || errno == LibC.ENOENT) return;
            if (type != DT_UNKNOWN || (errno != LibC.EISDIR && errno != LibC.EPERM)) throw new KernelException("unlink", path, errno);
        }

        // An empty directory needs no descriptor.
        errno = -Unlink(folder, name, AT_REMOVEDIR);
        if (errno is 0 || errno == LibC.ENOENT) return;
        if (errno != LibC.ENOTEMPTY && errno != LibC.EEXIST) throw new KernelException("rmdir", path, errno);

        if (level >= MostLevels)
        {
            MoveUp(folder, name, top, path);
            return;
        }

        var inner = OpenFolder(folder, name);
        if (inner < 0) throw new KernelException("openat", path, -inner);
        try
        {
            Empty(inner, top, level + 1, path);
        }
        finally
        {
            _ = LibC.close(inner);
        }

        errno = -Unlink(folder, name, AT_REMOVEDIR);
        if (errno != 0 && errno != LibC.ENOENT) throw new KernelException("rmdir", path, errno);
    }

    private static void MoveUp(int folder, byte* name, int top, string path)
    {
        fixed (byte* fresh = Encoding.UTF8.GetBytes($".removing-{Guid.NewGuid():n}\0"))
        {
            var errno = -(int)Syscall.Raw(Syscall.Number(316, 276) /* renameat2 */, folder, (nint)name, top, (nint)fresh, 0);
            if (errno != 0) throw new KernelException("renameat2", path, errno);
        }
    }

    private static void Rewind(int folder) => _ = Syscall.Raw(Syscall.Number(8, 62) /* lseek */, folder, 0, 0);

    private static int OpenFolder(int at, byte* name) =>
        (int)Syscall.Raw(Syscall.Number(257, 56) /* openat */, at, (nint)name, LibC.O_RDONLY | LibC.O_DIRECTORY | LibC.O_NOFOLLOW | LibC.O_CLOEXEC);

    private static int Unlink(int at, byte* name, int flags) => (int)Syscall.Raw(Syscall.Number(263, 35) /* unlinkat */, at, (nint)name, flags);
}
