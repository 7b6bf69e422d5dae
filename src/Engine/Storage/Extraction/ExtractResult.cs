namespace ContainerPS.Engine.Storage;

/// <summary>What was extracted.</summary>
/// <param name="Entries">Entries of the archive.</param>
/// <param name="Bytes">Sizes of all files together, holes included, a hard link counted once.</param>
/// <param name="HidesLower">The layer's root is opaque: nothing of the layers below shows. Overlayfs ignores that attribute on a layer's root, so who mounts leaves those layers out.</param>
/// <param name="SkippedXattrs">Names of extended attributes that were not set: not supported by the file system, or not a layer's business (trusted.*).</param>
internal sealed record ExtractResult(long Entries, long Bytes, bool HidesLower, IReadOnlyList<string> SkippedXattrs);
