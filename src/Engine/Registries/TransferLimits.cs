namespace ContainerPS.Engine.Registries;

/// <summary>How long and how often the network is tried.</summary>
internal sealed record TransferLimits
{
    /// <summary>Time for a connection.</summary>
    internal TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Time from a request to the answer's head.</summary>
    internal TimeSpan Answer { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Time for the whole of a document.</summary>
    internal TimeSpan Document { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A blob's bytes are counted over so long a time …</summary>
    internal TimeSpan Window { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>… and are to be at least so many in it: a peer that drips is as good as gone.</summary>
    internal long LeastInWindow { get; init; } = 4096;

    /// <summary>How often a request is tried.</summary>
    internal int Attempts { get; init; } = 6;

    /// <summary>Wait before the second try; doubled for each further one.</summary>
    internal TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest wait that a registry may ask for.</summary>
    internal TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Bytes of one piece of a chunked upload.</summary>
    internal int UploadChunk { get; init; } = 16 << 20;

    /// <summary>Blobs longer than this go up in pieces: servers and proxies on the way limit what one request may hold.</summary>
    internal long Monolithic { get; init; } = 64 << 20;
}
