using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Images;

/// <summary>An image ready to make containers of.</summary>
/// <param name="Image">The image.</param>
/// <param name="Config">Its config.</param>
/// <param name="LayerPaths">Its unpacked layers, uppermost first, as overlay's <c>lowerdir</c> wants them.</param>
public sealed record ResolvedImage(Image Image, ImageConfig Config, IReadOnlyList<string> LayerPaths);
