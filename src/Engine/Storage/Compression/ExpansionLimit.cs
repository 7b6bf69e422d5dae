namespace ContainerPS.Engine.Storage;

/// <summary>
/// Stops bombs: a stream may not give more than <paramref name="Ratio"/> bytes for each compressed byte, once it has given <paramref name="FreeBytes"/>.
/// </summary>
/// <param name="Ratio">Most bytes out for each byte in.</param>
/// <param name="FreeBytes">How much may come out whatever the ratio.</param>
/// <remarks>
/// Measured with a GiB of zeros, the best case of each: gzip 1,030 : 1 (the format allows no more than 1,032), xz 6,869 : 1, zstd 32,740 : 1,
/// bzip2 1,367,823 : 1; a Debian root file system reaches 2.8 : 1 (gzip) to 4.2 : 1 (zstd). So a gzip layer never meets the default limit, which is
/// just above what gzip can do, and the others may do in the first GiB whatever they want: an empty file of that size in a layer passes, and does
/// the disk no harm.
/// </remarks>
internal sealed record ExpansionLimit(long Ratio, long FreeBytes)
{
    /// <summary>1,100 : 1 after the first GiB.</summary>
    internal static ExpansionLimit Default { get; } = new(1100, 1L << 30);

    /// <summary>Throws when the amounts exceed the limit.</summary>
    internal void Check(long compressed, long expanded)
    {
        if (expanded > FreeBytes && expanded / Ratio > compressed)
            throw new InvalidContentException($"{compressed} compressed bytes expand to more than {expanded}: more than {Ratio} times, which no sensible archive does.");
    }
}
