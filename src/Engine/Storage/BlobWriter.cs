using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;

namespace ContainerPS.Engine.Storage;

/// <summary>Writes a blob into a staging folder; whoever disposes it unfinished leaves nothing.</summary>
internal sealed class BlobWriter : IDisposable
{
    // So much is handed to the disk at once while more is coming, so that the flush at the end finds little to do.
    private const long WriteBackStep = 16 << 20;

    private readonly SafeFileHandle _file;
    private readonly string _path;
    private long _handedOver;
    private bool _finished;

    internal BlobWriter(StagingFolder folder)
    {
        _path = folder.NewPath();
        _file = File.OpenHandle(_path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        File.SetUnixFileMode(_file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    /// <summary>Bytes written so far.</summary>
    internal long Size { get; private set; }

    /// <summary>Appends bytes.</summary>
    internal void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            RandomAccess.Write(_file, bytes, Size);
        }
        catch (IOException e) when (AtomicFile.IsNoSpace(e))
        {
            throw new NoSpaceException(_path, e);
        }

        Size += bytes.Length;
        if (Size - _handedOver < WriteBackStep) return;
        // A hint: file systems that cannot (tmpfs, some FUSE) say so, and the flush at the end does it all.
        Syscall.sync_file_range((int)_file.DangerousGetHandle(), _handedOver, Size - _handedOver, Syscall.SYNC_FILE_RANGE_WRITE);
        _handedOver = Size;
    }

    /// <summary>Ends the blob. It is not written back yet: that is done for all of an import at once.</summary>
    /// <param name="digest">The digest of what was written.</param>
    internal StagedBlob Finish(Digest digest)
    {
        _finished = true;
        _file.Dispose();
        return new StagedBlob(_path, digest, Size);
    }

    /// <summary>Stages a document.</summary>
    internal static StagedBlob Stage(StagingFolder folder, ReadOnlySpan<byte> content)
    {
        using var writer = new BlobWriter(folder);
        writer.Write(content);
        return writer.Finish(Digest.Of(content));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        if (!_finished) File.Delete(_path);
    }
}
