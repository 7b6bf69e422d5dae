using System.Text;

namespace ContainerPS.Engine.Build;

/// <summary>A piece of a pattern.</summary>
/// <param name="Kind">What it fits.</param>
/// <param name="Character">The character, of a literal one.</param>
/// <param name="Class">The characters, of a class.</param>
internal readonly record struct PatternToken(PatternTokenKind Kind, Rune Character = default, CharacterClass? Class = null);
