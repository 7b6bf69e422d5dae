namespace ContainerPS.Engine.Build;

/// <summary>True and false as Docker takes them (Go, strconv.ParseBool).</summary>
internal static class GoBoolean
{
    /// <summary>What a text says, or null.</summary>
    internal static bool? TryParse(string text) => text switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => null,
    };
}
