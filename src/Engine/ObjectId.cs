namespace ContainerPS.Engine;

/// <summary>Ids of containers and networks: 64 lower-case hex digits, of which the first few will do where no other begins with them.</summary>
internal static class ObjectId
{
    /// <summary>True for a whole id.</summary>
    internal static bool IsValid(string text) => text.Length == 64 && IsPrefix(text);

    /// <summary>True for an id or the beginning of one.</summary>
    internal static bool IsPrefix(string text) => text.Length is > 0 and <= 64 && !text.AsSpan().ContainsAnyExcept("0123456789abcdef");
}
