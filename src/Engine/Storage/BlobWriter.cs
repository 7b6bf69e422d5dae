using System.Security.Cryptography;
using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;

namespace ContainerPS.Engine.Storage;

/// <summary>Writes a blob into a staging folder while hashing it; whoever disposes it unfinished leaves nothing.</summary>
internal sealed class BlobWriter : IDisposable
{
    // So much is handed to the disk at once while more is coming, so that the flush at the end finds little to do.
    private const long WriteBackStep = 16 << 20;

    private readonly SafeFileHandle _file;
    private readonly string _path;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _size;
    private long _handedOver;
    private bool _finished;

    internal BlobWriter(StagingFolder folder)
    {
        _path = folder.NewPath();
        _file = File.OpenHandle(_path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        File.SetUnixFileMode(_file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    /// <summary>Adds bytes to the hash. Every byte passes here and through <see cref="Write"/>, in the same order.</summary>
    internal void Hash(ReadOnlySpan<byte> bytes) => _hash.AppendData(bytes);

    /// <summary>Appends bytes to the file.</summary>
    internal void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            RandomAccess.Write(_file, bytes, _size);
        }
        catch (IOException e) when (AtomicFile.IsNoSpace(e))
        {
            throw new NoSpaceException(_path, e);
        }

        _size += bytes.Length;
        if (_size - _handedOver < WriteBackStep) return;
        // A hint: file systems that cannot (tmpfs, some FUSE) say so, and the flush at the end does it all.
        Syscall.sync_file_range((int)_file.DangerousGetHandle(), _handedOver, _size - _handedOver, Syscall.SYNC_FILE_RANGE_WRITE);
        _handedOver = _size;
    }

    /// <summary>Ends the blob. It is not written back yet: that is done for all of an import at once.</summary>
    internal StagedBlob Finish()
    {
        _finished = true;
        _file.Dispose();
        return new StagedBlob(_path, Digest.FromHash(_hash.GetHashAndReset()), _size);
    }

    /// <summary>Stages a document.</summary>
    internal static StagedBlob Stage(StagingFolder folder, ReadOnlySpan<byte> content)
    {
        using var writer = new BlobWriter(folder);
        writer.Hash(content);
        writer.Write(content);
        return writer.Finish();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _hash.Dispose();
        _file.Dispose();
        if (!_finished) File.Delete(_path);
    }
}
