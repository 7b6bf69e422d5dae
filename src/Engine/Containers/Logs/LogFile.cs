using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Containers;

/// <summary>One file of a log, open for reading from a position on.</summary>
internal sealed unsafe class LogFile : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private byte[] _rest = [];

    internal LogFile(SafeFileHandle file)
    {
        _file = file;
        Syscall.statx_t status;
        byte nothing = 0;
        var result = Syscall.statx(file.Number(), &nothing, LibC.AT_EMPTY_PATH, Syscall.STATX_BASIC_STATS, &status);
        if (result < 0) throw new KernelException("statx", "log", -result);
        Inode = status.stx_ino;
    }

    /// <summary>What tells it from other files of the log.</summary>
    internal ulong Inode { get; }

    /// <summary>Where reading goes on.</summary>
    internal long Position { get; set; }

    /// <summary>Its size now.</summary>
    internal long Length => RandomAccess.GetLength(_file);

    /// <summary>Bytes at a position.</summary>
    internal int Read(Span<byte> buffer, long position) => RandomAccess.Read(_file, buffer, position);

    /// <summary>Records, without line ends, from the position to what is the end now. Called again, it gives what has come since.</summary>
    internal IEnumerable<ReadOnlyMemory<byte>> ReadToEnd()
    {
        int length;
        while ((length = RandomAccess.Read(_file, _buffer, Position)) > 0)
        {
            Position += length;
            byte[] data = [.. _rest, .. _buffer.AsSpan(0, length)];
            var start = 0;
            int end;
            while ((end = Array.IndexOf(data, (byte)'\n', start)) >= 0)
            {
                yield return data.AsMemory(start, end - start);
                start = end + 1;
            }

            _rest = data[start..];
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
