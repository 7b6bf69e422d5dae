namespace ContainerPS.Engine.Build;

/// <summary>What a flag takes.</summary>
internal enum FlagKind
{
    /// <summary>A value.</summary>
    Text,

    /// <summary>True or false; true when there is no value.</summary>
    Boolean,

    /// <summary>A value, and it may be there more than once.</summary>
    Many,
}
