using System.Security.Cryptography;
using ContainerPS.Engine.Storage;
using Microsoft.Win32.SafeHandles;

namespace ContainerPS.Engine.Images;

/// <summary>Reads a blob of the store, and gives its last bytes only when all of them have the digest that they should.</summary>
internal sealed class VerifiedBlobStream(SafeFileHandle file, Digest digest, long size, Action<long>? progress, CancellationToken cancellation) : ReadStream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _done;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty || _done == size) return 0;
        cancellation.ThrowIfCancellationRequested();
        var count = RandomAccess.Read(file, buffer[..(int)Math.Min(buffer.Length, size - _done)], _done);
        _hash.AppendData(buffer[..count]);
        _done += count;
        if ((count == 0 || _done == size) && Digest.FromHash(_hash.GetCurrentHash()) is var found && found != digest)
            throw new InvalidContentException($"The blob '{digest}' in the store has the digest '{found}': it is damaged. Test-ContainerStore says which images it belongs to.", digest.ToString());
        progress?.Invoke(_done);
        return count;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _hash.Dispose();
        base.Dispose(disposing);
    }
}
