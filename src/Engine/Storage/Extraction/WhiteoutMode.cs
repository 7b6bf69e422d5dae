namespace ContainerPS.Engine.Storage;

/// <summary>What becomes of a layer's whiteouts (image-spec layer.md#whiteouts).</summary>
internal enum WhiteoutMode
{
    /// <summary>They become overlayfs's own: a character device 0:0, or the attribute trusted.overlay.opaque of a directory.</summary>
    Overlay,

    /// <summary>They remove what lower layers have put into the same directory tree.</summary>
    Remove,

    /// <summary>They are files like others: the archive is no layer.</summary>
    None,
}
