namespace ContainerPS.Engine.Build;

/// <summary>An instruction or a text with variables put in.</summary>
/// <param name="Value">What came out.</param>
/// <param name="Used">Variables that were used and set, in order.</param>
/// <param name="Undefined">Variables that were used and not set, in order.</param>
internal sealed record Expanded<T>(T Value, IReadOnlyList<string> Used, IReadOnlyList<string> Undefined);
