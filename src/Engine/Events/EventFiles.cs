using System.Text;
using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Events;

/// <summary>The two files of the events log: the one that is written, and the one before it.</summary>
internal sealed unsafe class EventFiles(StorePaths paths)
{
    /// <summary>Bytes after which a new file is begun: some 20,000 events.</summary>
    internal const long MostOfFile = 4 << 20;

    /// <summary>The file that is written.</summary>
    internal string Current => Path.Combine(paths.Run, "events.jsonl");

    /// <summary>The file before it.</summary>
    internal string Previous => Path.Combine(paths.Run, "events.1.jsonl");

    /// <summary>Opens the current file, made when it is not there, with its folder.</summary>
    internal SafeFileHandle OpenCurrent(int flags)
    {
        try
        {
            return FileDescriptors.Open(Current, flags | LibC.O_CREAT);
        }
        catch (KernelException e) when (e.Errno == LibC.ENOENT)
        {
            Directory.CreateDirectory(paths.Run, (UnixFileMode)0x1c0 /* 0700 */);
            return FileDescriptors.Open(Current, flags | LibC.O_CREAT);
        }
    }

    /// <summary>Opens the file before the current one for reading, or null when there is none.</summary>
    internal SafeFileHandle? OpenPrevious()
    {
        try
        {
            return FileDescriptors.Open(Previous, LibC.O_RDONLY);
        }
        catch (KernelException e) when (e.Errno == LibC.ENOENT)
        {
            return null;
        }
    }

    /// <summary>True while an open file is the one that is written.</summary>
    internal bool IsCurrent(SafeFileHandle file)
    {
        Syscall.statx_t named, open;
        byte empty = 0;
        fixed (byte* path = Encoding.UTF8.GetBytes(Current + '\0'))
            if (Syscall.statx(LibC.AT_FDCWD, path, LibC.AT_SYMLINK_NOFOLLOW, Syscall.STATX_BASIC_STATS, &named) < 0) return false;
        return Syscall.statx(file.Number(), &empty, LibC.AT_EMPTY_PATH, Syscall.STATX_BASIC_STATS, &open) >= 0 && IsSame(named, open);
    }

    /// <summary>True when two descriptors are of one file.</summary>
    internal static bool IsSame(SafeFileHandle a, SafeFileHandle b)
    {
        Syscall.statx_t first, second;
        byte empty = 0;
        return Syscall.statx(a.Number(), &empty, LibC.AT_EMPTY_PATH, Syscall.STATX_BASIC_STATS, &first) >= 0
            && Syscall.statx(b.Number(), &empty, LibC.AT_EMPTY_PATH, Syscall.STATX_BASIC_STATS, &second) >= 0
            && IsSame(first, second);
    }

    private static bool IsSame(in Syscall.statx_t a, in Syscall.statx_t b) =>
        a.stx_ino == b.stx_ino && a.stx_dev_major == b.stx_dev_major && a.stx_dev_minor == b.stx_dev_minor;
}
