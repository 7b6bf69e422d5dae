namespace ContainerPS.Engine.Images;

/// <summary>What to pull.</summary>
public sealed class PullRequest
{
    /// <summary>The image's name; without tag and digest, <c>latest</c> is meant.</summary>
    public required string Image { get; init; }

    /// <summary>Which image of several for different processors, as <c>os/architecture[/variant]</c>; by default the one for this machine.</summary>
    public string? Platform { get; init; }

    /// <summary>The images for all processors, as the registry has them; only the one for this machine is unpacked.</summary>
    public bool AllPlatforms { get; init; }

    /// <summary>Told of each request to a registry; called by several threads.</summary>
    public Action<string>? Log { get; init; }

    /// <summary>How long and how often the network is tried.</summary>
    internal Registries.TransferLimits? Limits { get; init; }
}

/// <summary>How far one layer of an image has come.</summary>
/// <param name="Layer">First 12 digits of the layer's digest.</param>
/// <param name="Phase">What is done with it.</param>
/// <param name="Done">Bytes that are there.</param>
/// <param name="Total">Bytes of the whole layer, compressed.</param>
/// <param name="Index">Which layer of the image, from 0.</param>
/// <param name="Count">How many layers the image has.</param>
public readonly record struct TransferProgress(string Layer, TransferPhase Phase, long Done, long Total, int Index, int Count);

/// <summary>What is done with a layer.</summary>
public enum TransferPhase
{
    /// <summary>Others come first.</summary>
    Waiting,

    /// <summary>Its bytes come from the registry, and are unpacked as they come.</summary>
    Downloading,

    /// <summary>All its bytes are here and are being unpacked.</summary>
    Extracting,

    /// <summary>Its bytes go to the registry.</summary>
    Uploading,

    /// <summary>It is there already.</summary>
    Exists,

    /// <summary>It is there.</summary>
    Done,
}

/// <summary>What a pull has brought.</summary>
/// <param name="Image">The image.</param>
/// <param name="Digest">The digest by which the registry knows what was asked for: of the manifest, or of the index that lists it.</param>
/// <param name="IsNew">False when the image was there already, under this name.</param>
public sealed record PullResult(Image Image, string Digest, bool IsNew);
