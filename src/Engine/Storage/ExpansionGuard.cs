namespace ContainerPS.Engine.Storage;

/// <summary>
/// Stops a bomb: some kilobytes of bzip2, xz or zstd that expand to more than any disk holds.
/// gzip cannot reach this ratio, and no real layer does.
/// </summary>
/// <param name="inner">What comes out of the decompression.</param>
/// <param name="compressed">What goes into it.</param>
internal sealed class ExpansionGuard(Stream inner, CountingStream compressed) : ReadStream
{
    private const long Allowance = 1L << 30;
    private const long MaxRatio = 2000;
    private long _total;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var count = inner.Read(buffer);
        _total += count;
        if (_total > Allowance && _total / MaxRatio > compressed.Count)
            throw new InvalidContentException($"{compressed.Count} compressed bytes expand to more than {_total} bytes: this is no layer, but an attempt to fill the disk.");
        return count;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
