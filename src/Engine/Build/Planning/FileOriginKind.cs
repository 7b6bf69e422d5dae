namespace ContainerPS.Engine.Build;

/// <summary>What files come from.</summary>
internal enum FileOriginKind
{
    /// <summary>The build context.</summary>
    Context,

    /// <summary>A context that was given by name.</summary>
    NamedContext,

    /// <summary>An earlier stage.</summary>
    Stage,

    /// <summary>An image.</summary>
    Image,

    /// <summary>Nothing: <c>scratch</c>.</summary>
    Nothing,
}
