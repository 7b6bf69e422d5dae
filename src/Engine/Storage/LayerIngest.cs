using System.Runtime.ExceptionServices;
using System.Security.Cryptography;

namespace ContainerPS.Engine.Storage;

/// <summary>
/// Takes one layer in, its bytes passing once: this thread reads, hashes and writes the blob, another decompresses, hashes and unpacks.
/// <code>
/// source ──► sha256 ──► blob file                     (calling thread)
///    └─ ChunkPipe ──► [decompress ──► sha256] ──► diff/ (second thread)
/// </code>
/// </summary>
internal static class LayerIngest
{
    /// <summary>Reads a layer to its end.</summary>
    /// <param name="source">The layer as it is: a tar, compressed or not.</param>
    /// <param name="blobs">Where to stage its blob, or null when the blob is there already.</param>
    /// <param name="diff">Folder to unpack into, or null when it is unpacked already.</param>
    /// <param name="progress">Told the bytes read so far.</param>
    /// <param name="cancellation">Stops both threads.</param>
    internal static IngestedLayer Run(Stream source, StagingFolder? blobs, string? diff, Action<long>? progress, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var blob = blobs is null ? null : new BlobWriter(blobs);
        using var pipe = new ChunkPipe();
        var unpacking = Task.Factory.StartNew(() => Unpack(pipe, diff, cancellation), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        long size = 0;
        ExceptionDispatchInfo? failure = null;
        try
        {
            while (pipe.Rent() is { } chunk)
            {
                cancellation.ThrowIfCancellationRequested();
                var count = source.ReadAtLeast(chunk, chunk.Length, throwOnEndOfStream: false);
                if (count == 0) break;
                pipe.Push(count);
                hash.AppendData(chunk, 0, count);
                blob?.Write(chunk.AsSpan(0, count));
                size += count;
                progress?.Invoke(size);
            }
        }
        catch (Exception e)
        {
            failure = ExceptionDispatchInfo.Capture(e);
        }

        // The other thread is waited for in any case: it works in a folder that the caller is about to rename or remove.
        pipe.Complete(failure?.SourceException);
        var unpacked = Join(unpacking, failure);
        var digest = Digest.FromHash(hash.GetHashAndReset());
        return new IngestedLayer(blob?.Finish(digest), digest, size, unpacked.DiffId ?? digest, unpacked.Result);
    }

    private static Unpacked Join(Task<Unpacked> unpacking, ExceptionDispatchInfo? failure)
    {
        try
        {
            var unpacked = unpacking.GetAwaiter().GetResult();
            failure?.Throw();
            return unpacked;
        }
        catch when (failure is not null)
        {
            // What stopped the reading is the cause; that the unpacking stopped, too, follows from it.
            failure.Throw();
            throw;
        }
    }

    private static Unpacked Unpack(ChunkPipe pipe, string? diff, CancellationToken cancellation)
    {
        using (pipe)
        {
            using var plain = Compression.OpenDecompressed(pipe, out var kind);
            if (kind == CompressionKind.None) return new Unpacked(null, Extract(plain, diff, cancellation));

            using var hashing = new DigestStream(plain, leaveOpen: true);
            var extracted = Extract(hashing, diff, cancellation);
            return new Unpacked(Digest.Parse(hashing.Digest, "The layer"), extracted);
        }
    }

    private static ExtractResult? Extract(Stream tar, string? diff, CancellationToken cancellation)
    {
        var result = diff is null ? null : LayerExtractor.Extract(tar, diff, new ExtractOptions(), cancellation);
        // The extractor has read to the end; who does not extract has to.
        if (diff is null) Drain(tar);
        return result;
    }

    private static void Drain(Stream stream)
    {
        var buffer = new byte[64 * 1024];
        while (stream.Read(buffer) > 0)
        {
        }
    }

    private sealed record Unpacked(Digest? DiffId, ExtractResult? Result);
}

/// <summary>What a layer turned out to be.</summary>
/// <param name="Blob">The staged blob, when one was asked for.</param>
/// <param name="Digest">Digest of the layer as it came.</param>
/// <param name="BlobSize">Bytes of the layer as it came.</param>
/// <param name="DiffId">Digest of its tar.</param>
/// <param name="Result">What was unpacked, when it was.</param>
internal sealed record IngestedLayer(StagedBlob? Blob, Digest Digest, long BlobSize, Digest DiffId, ExtractResult? Result)
{
    /// <summary>The record of the unpacked layer.</summary>
    internal LayerRecord Record => new(DiffId.ToString(), Result!.Bytes, Result.HidesLower);
}
