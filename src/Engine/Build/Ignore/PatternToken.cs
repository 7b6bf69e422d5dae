using System.Text;

namespace ContainerPS.Engine.Build;

/// <summary>A piece of a pattern.</summary>
/// <param name="Kind">What it fits.</param>
/// <param name="Character">The character, of a literal one.</param>
/// <param name="Class">The characters, of a class.</param>
internal readonly record struct PatternToken(PatternTokenKind Kind, Rune Character = default, CharacterClass? Class = null);

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
