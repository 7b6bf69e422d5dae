namespace ContainerPS.Engine.Build;

/// <summary>A pair of ENV or LABEL.</summary>
/// <param name="Key">The name.</param>
/// <param name="Value">The value.</param>
/// <param name="IsLegacy">True for the old notation with a space in between.</param>
internal readonly record struct KeyValue(string Key, string Value, bool IsLegacy = false);
