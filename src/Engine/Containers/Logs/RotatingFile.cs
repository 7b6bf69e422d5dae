using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Runtime;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Containers;

/// <summary>
/// A file that is written to its end until it has a size; then it is renamed, the oldest of those before it goes, and a new one is begun. What does not
/// fit on the disk is left out as a whole, so that what follows can be read. Allocates nothing after it is made: a flood begins a thousand files a second.
/// </summary>
internal sealed unsafe class RotatingFile : IDisposable
{
    private static readonly int s_writeFlags = LibC.O_WRONLY | LibC.O_CREAT | LibC.O_APPEND;

    private readonly NativeArena _memory = new();
    private readonly byte** _names;
    private readonly long _mostSize;
    private readonly int _mostFiles;
    private readonly SafeFileHandle _file;
    private long _size;

    /// <param name="path">The file.</param>
    /// <param name="mostSize">Bytes of a file; no limit when negative.</param>
    /// <param name="mostFiles">How many files are kept, the one that is written counted.</param>
    internal RotatingFile(string path, long mostSize, int mostFiles)
    {
        (_mostSize, _mostFiles) = (mostSize, mostFiles);
        _names = _memory.Texts([path, .. Enumerable.Range(1, Math.Max(mostFiles, 1) - 1).Select(age => LogFiles.Rotated(path, age))]);
        _file = FileDescriptors.Open(path, s_writeFlags);
        _size = RandomAccess.GetLength(_file);
    }

    /// <summary>True when so many bytes more are more than the file may have.</summary>
    internal bool IsFullWith(int length) => _mostSize > 0 && _size + length > _mostSize;

    /// <summary>Writes all of it, or nothing and says false.</summary>
    internal bool Write(byte* data, int length)
    {
        if (_size > 0 && IsFullWith(length)) Rotate();
        for (var at = 0; at < length;)
        {
            var written = (int)Syscall.write(_file.Number(), data + at, length - at);
            if (written == -LibC.EINTR) continue;
            if (written <= 0)
            {
                if (at > 0) _ = Syscall.ftruncate(_file.Number(), _size);
                return false;
            }

            at += written;
        }

        _size += length;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        _memory.Dispose();
    }

    // When nothing can be renamed or made, the file grows on: rather too long a log than none.
    private void Rotate()
    {
        for (var age = _mostFiles - 1; age > 1; age--) Rename(age - 1, age);
        if (_mostFiles > 1 && !Rename(0, 1)) return;
        if (Reopen()) _size = 0;
        else if (_mostFiles > 1) Rename(1, 0);
    }

    private bool Rename(int from, int to) => Syscall.renameat2(LibC.AT_FDCWD, _names[from], LibC.AT_FDCWD, _names[to], 0) >= 0;

    // The new file takes the old one's descriptor.
    private bool Reopen()
    {
        var next = Syscall.openat(LibC.AT_FDCWD, _names[0], s_writeFlags | LibC.O_CLOEXEC | (_mostFiles > 1 ? 0 : LibC.O_TRUNC), 0x180 /* 0600 */);
        if (next < 0) return false;
        var taken = LibC.dup3(next, _file.Number(), LibC.O_CLOEXEC) >= 0;
        _ = LibC.close(next);
        return taken;
    }
}
