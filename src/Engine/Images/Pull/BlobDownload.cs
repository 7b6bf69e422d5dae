using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Registries;
using ContainerPS.Engine.Storage;
using Microsoft.Win32.SafeHandles;

namespace ContainerPS.Engine.Images;

/// <summary>
/// A blob as a stream: first what an earlier try has left in its file, then the rest from the registry, which is added to the file as it is read. A transfer that
/// breaks goes on where it broke.
/// </summary>
internal sealed class BlobDownload : ReadStream
{
    // So much is handed to the disk at once while more is coming, so that the flush at the end finds little to do.
    private const long WriteBackStep = 16 << 20;

    private readonly BlobSource _source;
    private readonly PulledLayer _layer;
    private readonly CancellationToken _cancellation;
    private readonly SafeFileHandle _file;
    private readonly long _size;
    private Stream? _body;
    private long _written;
    private long _handedOver;
    private long _read;
    private int _failures;

    internal BlobDownload(string path, BlobSource source, PulledLayer layer, CancellationToken cancellation)
    {
        (Path, _source, _layer, _cancellation) = (path, source, layer, cancellation);
        _size = layer.Plan.Size!.Value;
        // A file with a second name is a whole blob that somebody has verified: it is read, and never written, whatever size a manifest gives it.
        if (new FileInfo(path) is { Exists: true } left && (left.Length > _size || (left.Length < _size && HardLink.Count(path) > 1))) left.Delete();
        _file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
        File.SetUnixFileMode(_file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _written = RandomAccess.GetLength(_file);
        Resumed = _written;
    }

    /// <summary>Its file.</summary>
    internal string Path { get; }

    /// <summary>Bytes that an earlier try has left.</summary>
    internal long Resumed { get; private set; }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty) return 0;
        if (_read < _written)
        {
            var kept = RandomAccess.Read(_file, buffer[..(int)Math.Min(buffer.Length, _written - _read)], _read);
            _read += kept;
            return kept;
        }

        if (_written == _size)
        {
            CheckEnd();
            return 0;
        }

        while (true)
        {
            try
            {
                _body ??= OpenBody();
                var count = _body.Read(buffer);
                if (count == 0) throw new BrokenTransferException("it ended too early", null);
                // One byte too many is enough to know.
                if (_written + count > _size) throw TooLong();
                Append(buffer[..count]);
                _read += count;
                _failures = 0;
                return count;
            }
            catch (BrokenTransferException e)
            {
                Again(e);
            }
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _body?.Dispose();
            _file.Dispose();
        }

        base.Dispose(disposing);
    }

    private Stream OpenBody()
    {
        var body = _source.OpenBlob(_layer.Plan.Blob, _layer.Urls, _written, out var start, _cancellation);
        try
        {
            // A server that knows no ranges begins anew: what is here already is read and passed over.
            Skip(body, _written - start);
            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    private static void Skip(Stream body, long count)
    {
        var buffer = new byte[64 * 1024];
        while (count > 0)
        {
            var read = body.Read(buffer, 0, (int)Math.Min(buffer.Length, count));
            if (read == 0) throw new BrokenTransferException("it ended too early", null);
            count -= read;
        }
    }

    private void Again(BrokenTransferException e)
    {
        _body?.Dispose();
        _body = null;
        if (++_failures >= _source.Limits.Attempts)
            throw new RegistryException(_layer.Plan.Blob.ToString(), $"The layer '{_layer.Plan.Blob}' did not come whole: {e.Message}, {_failures} times at byte {_written} of {_size}. What is here is kept; the next pull asks for the rest.", e);
        RetryWait.Wait(RetryWait.Before(_failures - 1, null, _source.Limits)!.Value, _cancellation);
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        try
        {
            RandomAccess.Write(_file, bytes, _written);
        }
        catch (IOException e) when (AtomicFile.IsNoSpace(e))
        {
            throw new NoSpaceException(Path, e);
        }

        _written += bytes.Length;
        if (_written - _handedOver < WriteBackStep) return;
        Syscall.sync_file_range((int)_file.DangerousGetHandle(), _handedOver, _written - _handedOver, Syscall.SYNC_FILE_RANGE_WRITE);
        _handedOver = _written;
    }

    // A body that is declared shorter than it is: the registry sends more after the last byte.
    private void CheckEnd()
    {
        if (_body is null) return;
        Span<byte> one = stackalloc byte[1];
        try
        {
            if (_body.Read(one) > 0) throw TooLong();
        }
        catch (BrokenTransferException)
        {
            // All that was to come has come.
        }

        _body.Dispose();
        _body = null;
    }

    private InvalidContentException TooLong() =>
        new($"The layer '{_layer.Plan.Blob}' is longer than the {_size} bytes that its manifest says.", _layer.Plan.Blob.ToString());
}
