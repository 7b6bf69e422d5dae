using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Cgroups;

/// <summary>Files and directories that the kernel makes up: written in one piece, read whole, with no buffering between.</summary>
internal static unsafe class KernelFile
{
    /// <summary>Writes a value.</summary>
    /// <exception cref="RuntimeStepException">The kernel refuses it.</exception>
    internal static void Write(string path, string value)
    {
        var errno = TryWrite(path, value);
        if (errno != 0) throw new RuntimeStepException($"write '{value}' to", path, errno);
    }

    /// <summary>Writes a value: 0 or the error number.</summary>
    [SkipLocalsInit]
    internal static int TryWrite(string path, string value)
    {
        var fd = Open(path, LibC.O_WRONLY | LibC.O_TRUNC);
        if (fd < 0) return -fd;
        var size = Encoding.UTF8.GetMaxByteCount(value.Length);
        var bytes = size <= 512 ? stackalloc byte[512] : new byte[size];
        var length = Encoding.UTF8.GetBytes(value, bytes);
        nint result;
        fixed (byte* pointer = bytes) result = Syscall.write(fd, pointer, length);
        _ = LibC.close(fd);
        return result < 0 ? (int)-result : 0;
    }

    /// <summary>Reads a file; null when it does not exist.</summary>
    internal static string? Read(string path)
    {
        var errno = TryRead(path, out var text);

        // ENODEV: the cgroup was removed while its file was open.
        if (errno == LibC.ENOENT || errno == LibC.ENODEV) return null;
        return errno == 0 ? text : throw new RuntimeStepException("read", path, errno);
    }

    /// <summary>Reads a file: 0 or the error number.</summary>
    internal static int TryRead(string path, out string text)
    {
        text = "";
        var fd = Open(path, LibC.O_RDONLY);
        if (fd < 0) return -fd;
        using var file = new SafeFileHandle(fd, ownsHandle: true);
        var buffer = new byte[4096];
        var length = 0;
        while (true)
        {
            nint read;
            fixed (byte* pointer = &buffer[length]) read = Syscall.read(fd, pointer, buffer.Length - length);
            if (read < 0) return (int)-read;
            if (read == 0)
            {
                text = Encoding.UTF8.GetString(buffer, 0, length);
                return 0;
            }

            length += (int)read;
            if (length == buffer.Length) Array.Resize(ref buffer, length * 2);
        }
    }

    /// <summary>A number; null when the file does not exist, <see cref="long.MaxValue"/> for <c>max</c>.</summary>
    internal static long? ReadNumber(string path)
    {
        if (Read(path) is not { } text) return null;
        var trimmed = text.AsSpan().Trim();
        if (trimmed is "max") return long.MaxValue;
        return long.TryParse(trimmed, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : 0;
    }

    /// <summary>The number behind a key in a file of lines <c>key number</c>; 0 without it.</summary>
    internal static long NumberOf(string? text, string key)
    {
        foreach (var line in (text ?? "").AsSpan().EnumerateLines())
        {
            if (line.Length > key.Length && line[key.Length] == ' ' && line.StartsWith(key))
                return long.TryParse(line[(key.Length + 1)..].Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : 0;
        }

        return 0;
    }

    /// <summary>Makes a directory: 0 or the error number.</summary>
    internal static int TryMakeDirectory(string path)
    {
        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
            return LibC.mkdir(name, (mode_t)0x1ED /* 0755 */) == 0 ? 0 : LibC.errno;
    }

    /// <summary>Removes an empty directory: 0 or the error number.</summary>
    internal static int TryRemoveDirectory(string path)
    {
        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
            return LibC.rmdir(name) == 0 ? 0 : LibC.errno;
    }

    /// <summary>Opens a file: a descriptor or <c>-errno</c>.</summary>
    internal static int Open(string path, int flags)
    {
        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
        {
            var fd = LibC.open(name, flags | LibC.O_CLOEXEC);
            return fd < 0 ? -LibC.errno : fd;
        }
    }
}
