using System.Text;
using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Containers;

/// <summary>
/// A file that is written to its end until it has a size; then it is renamed, the oldest of those before it goes, and a new one is begun. What does not
/// fit on the disk is left out as a whole, so that what follows can be read.
/// </summary>
internal sealed unsafe class RotatingFile : IDisposable
{
    private readonly string _path;
    private readonly long _mostSize;
    private readonly int _mostFiles;
    private SafeFileHandle _file;
    private long _size;

    /// <param name="path">The file.</param>
    /// <param name="mostSize">Bytes of a file; no limit when negative.</param>
    /// <param name="mostFiles">How many files are kept, the one that is written counted.</param>
    internal RotatingFile(string path, long mostSize, int mostFiles)
    {
        (_path, _mostSize, _mostFiles) = (path, mostSize, mostFiles);
        _file = Open(0);
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
    public void Dispose() => _file.Dispose();

    // When nothing can be renamed or made, the file grows on: rather too long a log than none.
    private void Rotate()
    {
        for (var age = _mostFiles - 1; age > 1; age--) Rename(LogFiles.Rotated(_path, age - 1), LogFiles.Rotated(_path, age));
        if (_mostFiles > 1 && !Rename(_path, LogFiles.Rotated(_path, 1))) return;
        try
        {
            var next = Open(_mostFiles > 1 ? 0 : LibC.O_TRUNC);
            _file.Dispose();
            _file = next;
            _size = 0;
        }
        catch (KernelException)
        {
            if (_mostFiles > 1) Rename(LogFiles.Rotated(_path, 1), _path);
        }
    }

    private static bool Rename(string from, string to)
    {
        fixed (byte* source = Encoding.UTF8.GetBytes(from + '\0'), target = Encoding.UTF8.GetBytes(to + '\0'))
            return Syscall.renameat2(LibC.AT_FDCWD, source, LibC.AT_FDCWD, target, 0) >= 0;
    }

    private SafeFileHandle Open(int flags) => FileDescriptors.Open(_path, LibC.O_WRONLY | LibC.O_CREAT | LibC.O_APPEND | flags);
}
