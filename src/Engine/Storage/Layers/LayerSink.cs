using System.Security.Cryptography;

namespace ContainerPS.Engine.Storage;

/// <summary>Takes a layer's tar as it is written: hashes it, and writes its blob when there is to be one.</summary>
internal sealed class LayerSink(BlobWriter? blob) : WriteStream
{
    private const int BufferSize = 256 * 1024;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _count;
    private bool _isDisposed;

    /// <summary>Ends the layer, and gives its digest.</summary>
    internal Digest Finish()
    {
        Pass();
        return Digest.FromHash(_hash.GetHashAndReset());
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var count = Math.Min(buffer.Length, BufferSize - _count);
            buffer[..count].CopyTo(_buffer.AsSpan(_count));
            _count += count;
            buffer = buffer[count..];
            if (_count == BufferSize) Pass();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed)
        {
            _isDisposed = true;
            _hash.Dispose();
            System.Buffers.ArrayPool<byte>.Shared.Return(_buffer);
        }

        base.Dispose(disposing);
    }

    private void Pass()
    {
        _hash.AppendData(_buffer, 0, _count);
        blob?.Write(_buffer.AsSpan(0, _count));
        _count = 0;
    }
}
