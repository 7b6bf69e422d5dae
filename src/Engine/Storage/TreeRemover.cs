using System.Buffers.Binary;
using System.Text;
using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Storage;

/// <summary>
/// Removes a tree that others have filled: by file descriptors, never following a link, whatever bytes its names are made of
/// and however deep it is (a folder too deep is first moved up to the top).
/// </summary>
internal static unsafe class TreeRemover
{
    private const int MaxDepth = 64;
    private const int DT_DIR = 4;
    private const int AT_REMOVEDIR = 0x200;

    /// <summary>Removes a file, link or folder with all that is in it; nothing happens when it does not exist.</summary>
    internal static void Remove(string path)
    {
        var name = Encoding.UTF8.GetBytes(path + '\0');
        if (Unlink(LibC.AT_FDCWD, name, 0) is var errno && errno != LibC.EISDIR)
        {
            if (errno != 0 && errno != LibC.ENOENT && errno != LibC.ENOTDIR) throw new KernelException("unlink", path, errno);
            return;
        }

        var moved = 0;
        Empty(LibC.AT_FDCWD, name, path, 0, top: -1, ref moved);
        errno = Unlink(LibC.AT_FDCWD, name, AT_REMOVEDIR);
        if (errno != 0 && errno != LibC.ENOENT) throw new KernelException("rmdir", path, errno);
    }

    private static void Empty(int parent, byte[] name, string path, int depth, int top, ref int moved)
    {
        using var folder = Open(parent, name, path);
        if (folder is null) return;
        var fd = (int)folder.DangerousGetHandle();
        if (depth == 0) top = fd;
        var again = true;
        while (again)
        {
            again = false;
            foreach (var (entry, type) in List(fd, path))
            {
                var errno = type == DT_DIR ? LibC.EISDIR : Unlink(fd, entry, 0);
                if (errno == 0 || errno == LibC.ENOENT) continue;
                if (errno != LibC.EISDIR) throw new KernelException("unlink", $"{path}/{Encoding.UTF8.GetString(entry).TrimEnd('\0')}", errno);
                if (depth >= MaxDepth && MoveUp(fd, entry, top, ref moved)) continue;
                Empty(fd, entry, path, depth + 1, top, ref moved);
                errno = Unlink(fd, entry, AT_REMOVEDIR);
                if (errno != 0 && errno != LibC.ENOENT) throw new KernelException("rmdir", $"{path}/{Encoding.UTF8.GetString(entry).TrimEnd('\0')}", errno);
            }

            // What was moved up while the list was walked is not on the list.
            if (depth == 0 && moved > 0) (again, moved) = (true, 0);
        }
    }

    private static bool MoveUp(int from, byte[] entry, int top, ref int moved)
    {
        var target = Encoding.ASCII.GetBytes($".moved-{Guid.NewGuid():n}\0");
        fixed (byte* old = entry)
        fixed (byte* renamed = target)
            if (Syscall.renameat2(from, old, top, renamed, 0) != 0) return false;
        moved++;
        return true;
    }

    private static SafeFileHandle? Open(int parent, byte[] name, string path)
    {
        int fd;
        fixed (byte* text = name)
            fd = LibC.openat(parent, text, LibC.O_RDONLY | LibC.O_DIRECTORY | LibC.O_NOFOLLOW | LibC.O_CLOEXEC);
        if (fd >= 0) return new SafeFileHandle(fd, ownsHandle: true);
        return LibC.errno == LibC.ENOENT ? null : throw new KernelException("open", path, LibC.errno);
    }

    private static List<(byte[] Name, int Type)> List(int fd, string path)
    {
        var entries = new List<(byte[] Name, int Type)>();
        var buffer = new byte[32 * 1024];
        fixed (byte* start = buffer)
        {
            while (true)
            {
                var count = (int)Syscall.getdents64(fd, start, buffer.Length);
                if (count < 0) throw new KernelException("getdents64", path, -count);
                if (count == 0) return entries;
                for (var at = 0; at < count;)
                {
                    // struct linux_dirent64: ino 8, off 8, reclen 2, type 1, name with its NUL.
                    int length = BinaryPrimitives.ReadUInt16LittleEndian(buffer.AsSpan(at + 16));
                    var text = buffer.AsSpan(at + 19, length - 19);
                    var name = text[..(text.IndexOf((byte)0) + 1)].ToArray();
                    if (!name.AsSpan().SequenceEqual(".\0"u8) && !name.AsSpan().SequenceEqual("..\0"u8)) entries.Add((name, buffer[at + 18]));
                    at += length;
                }
            }
        }
    }

    private static int Unlink(int folder, byte[] name, int flags)
    {
        fixed (byte* text = name)
            return LibC.unlinkat(folder, text, flags) == 0 ? 0 : LibC.errno;
    }
}
