using ContainerPS.Engine.Linux;

namespace ContainerPS.Engine.Storage;

/// <summary>Extracts an image layer, or any tar archive, into a directory.</summary>
internal static class LayerExtractor
{
    /// <summary>
    /// Extracts a layer: image-spec layer.md, with the kernel's word for what a path means (openat2, RESOLVE_IN_ROOT), so that nothing
    /// outside the directory is read or written whatever the archive contains. Later entries replace earlier ones.
    /// The stream is read to its very end, past the archive's, so that hashes of it are complete.
    /// </summary>
    /// <param name="tar">The archive, uncompressed. It is not disposed of.</param>
    /// <param name="targetDirectory">An existing directory; after a failure it holds whatever was extracted, and the caller removes it.</param>
    /// <param name="options">How to extract.</param>
    /// <param name="cancellationToken">Stops between two pieces.</param>
    /// <exception cref="InvalidContentException">The archive is damaged or hostile, or exceeds a limit.</exception>
    /// <exception cref="NoSpaceException">The disk is full.</exception>
    /// <exception cref="KernelException">Anything else that the kernel refuses.</exception>
    internal static ExtractResult Extract(Stream tar, string targetDirectory, ExtractOptions options, CancellationToken cancellationToken)
    {
        using var root = RootedDirectory.Open(targetDirectory);
        return Extract(tar, root, options, cancellationToken);
    }

    /// <summary>Extracts into a directory that is open.</summary>
    /// <inheritdoc cref="Extract(Stream, string, ExtractOptions, CancellationToken)"/>
    internal static ExtractResult Extract(Stream tar, RootedDirectory root, ExtractOptions options, CancellationToken cancellationToken)
    {
        using var reader = new TarReader(tar, leaveOpen: true);
        using var extraction = new LayerExtraction(reader, root, options, cancellationToken);
        return extraction.Run();
    }
}
