namespace ContainerPS.Engine.Containers;

/// <summary>Labels as Docker's command line takes them: <c>key[=value]</c>; the key is neither empty nor has it blanks.</summary>
internal static class Label
{
    /// <summary>Reads a label; without <c>=</c> its value is empty.</summary>
    /// <exception cref="InvalidSettingException">The key is empty or has blanks.</exception>
    internal static KeyValuePair<string, string> Parse(string text, string parameter)
    {
        var equals = text.IndexOf('=');
        var key = equals < 0 ? text : text[..equals];
        var bare = key.AsSpan().TrimStart(" \t");
        if (bare.Length == 0)
            throw Invalid(text, parameter, "has no key");
        if (bare.ContainsAny(' ', '\t'))
            throw Invalid(text, parameter, "has blanks in its key");
        return new(key, equals < 0 ? "" : text[(equals + 1)..]);
    }

    private static InvalidSettingException Invalid(string text, string parameter, string fault) =>
        new(parameter, text, $"{parameter}: the label '{text}' {fault}. Use key=value, such as org.example.owner=me.");
}
