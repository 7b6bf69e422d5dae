namespace ContainerPS.Engine.Build;

/// <summary>What a piece of a pattern fits.</summary>
internal enum PatternTokenKind
{
    /// <summary>A character.</summary>
    Literal,

    /// <summary>Any character but a slash.</summary>
    One,

    /// <summary>One of a class of characters.</summary>
    Class,

    /// <summary>Any number of characters but slashes.</summary>
    Star,

    /// <summary>Anything.</summary>
    Anything,

    /// <summary>Nothing, or anything that ends with a slash: folders, however deep.</summary>
    Folders,
}
