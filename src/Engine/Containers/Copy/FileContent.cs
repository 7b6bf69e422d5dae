using System.Runtime.InteropServices;
using ContainerPS.Engine.Linux;
using Tmds.Linux;

namespace ContainerPS.Engine.Containers;

/// <summary>
/// Copies what is in files: by sharing blocks where the file system can, inside the kernel where it does, else through one buffer. Holes stay holes.
/// </summary>
internal sealed unsafe class FileContent(CancellationToken cancellation, Action<long> copied) : IDisposable
{
    private const int BufferSize = 512 * 1024;
    private const long Piece = 16 * 1024 * 1024;

    // Below this size, asking costs more than copying.
    private const long WorthAsking = 128 * 1024;

    private byte* _buffer;
    private bool _noSharing;
    private bool _noKernelCopy;

    /// <summary>Which file failed.</summary>
    internal enum Side
    {
        None,
        Source,
        Target,
    }

    /// <summary>Copies into an empty file: 0 or <c>-errno</c>.</summary>
    /// <param name="from">Open for reading.</param>
    /// <param name="to">Open for writing.</param>
    /// <param name="size">The source's size. What is written to it meanwhile is not copied, so that this ends.</param>
    /// <param name="blocks">Blocks of 512 bytes that it takes; fewer than its size needs means holes.</param>
    /// <param name="failed">Which of the two failed.</param>
    internal int Copy(int from, int to, long size, long blocks, out Side failed)
    {
        failed = Side.None;
        if (size >= WorthAsking && !_noSharing)
        {
            if (Syscall.ficlone(to, from) >= 0)
            {
                copied(size);
                return 0;
            }

            _noSharing = true;
        }

        return blocks < size / 512 ? CopySparse(from, to, size, out failed) : CopyRange(from, to, 0, size, out _, out failed);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_buffer);
        _buffer = null;
    }

    private int CopySparse(int from, int to, long size, out Side failed)
    {
        failed = Side.None;
        for (long at = 0; at < size;)
        {
            var data = Syscall.lseek(from, at, Syscall.SEEK_DATA);
            if (data == -LibC.ENXIO) break;

            // Not every file system knows about holes.
            if (data < 0) return CopyRange(from, to, at, size, out _, out failed);
            if (data >= size) break;
            var hole = Syscall.lseek(from, data, Syscall.SEEK_HOLE);
            var end = hole <= data ? size : Math.Min(hole, size);
            var result = CopyRange(from, to, data, end, out at, out failed);
            if (result < 0) return result;

            // It has become shorter meanwhile.
            if (at < end) return 0;
        }

        failed = Side.Target;
        return Syscall.ftruncate(to, size);
    }

    private int CopyRange(int from, int to, long start, long end, out long at, out Side failed)
    {
        at = start;
        failed = Side.None;
        while (at < end && end - start >= WorthAsking && !_noKernelCopy)
        {
            cancellation.ThrowIfCancellationRequested();
            long target = at, source = at;
            var count = Syscall.copy_file_range(from, &source, to, &target, (nint)Math.Min(Piece, end - at));
            if (count <= 0)
            {
                // Another file system, or one that cannot: whatever else is wrong shows again below.
                _noKernelCopy = count < 0;
                break;
            }

            at += count;
            copied(count);
        }

        return CopyByBuffer(from, to, ref at, end, out failed);
    }

    private int CopyByBuffer(int from, int to, ref long at, long end, out Side failed)
    {
        failed = Side.None;
        if (_buffer is null) _buffer = (byte*)NativeMemory.AlignedAlloc(BufferSize, 4096);
        while (at < end)
        {
            cancellation.ThrowIfCancellationRequested();
            var read = Syscall.pread(from, _buffer, (nint)Math.Min(BufferSize, end - at), at);
            if (read == -LibC.EINTR) continue;
            failed = Side.Source;
            if (read <= 0) return (int)read;
            failed = Side.Target;
            for (nint done = 0; done < read;)
            {
                var written = Syscall.pwrite(to, _buffer + done, read - done, at + done);
                if (written == -LibC.EINTR) continue;
                if (written < 0) return (int)written;
                done += written;
            }

            at += read;
            copied(read);
        }

        failed = Side.None;
        return 0;
    }
}
