using System.Text;

namespace ContainerPS.Engine.Containers;

/// <summary>
/// Files of environment variables by Docker's rules: UTF-8, one <c>NAME=value</c> a line, taken as it stands (no quotes, no escapes, blanks kept).
/// Blanks before the name, empty lines and lines that begin with <c>#</c> do not count; a name alone takes its value from the caller's
/// environment, or is left out.
/// </summary>
internal static class EnvironmentFile
{
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="parameter">Parameter to name in errors.</param>
    /// <param name="lookup">Value of a variable of the caller, or null.</param>
    /// <returns>Variables as <c>NAME=value</c>.</returns>
    /// <exception cref="InvalidSettingException">The file cannot be read, or a line is wrong.</exception>
    internal static List<string> Read(string path, string parameter, Func<string, string?> lookup)
    {
        try
        {
            return Parse(File.ReadAllBytes(path), path, parameter, lookup);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InvalidSettingException(parameter, path, $"{parameter}: '{path}' cannot be read: {error.Message}");
        }
    }

    /// <summary>Reads a file's content.</summary>
    /// <exception cref="InvalidSettingException">A line is wrong.</exception>
    internal static List<string> Parse(ReadOnlySpan<byte> content, string path, string parameter, Func<string, string?> lookup)
    {
        var variables = new List<string>();
        var number = 0;
        if (content.StartsWith(Encoding.UTF8.Preamble))
            content = content[Encoding.UTF8.Preamble.Length..];
        foreach (var range in content.Split((byte)'\n'))
        {
            number++;
            var line = Decode(content[range], path, parameter, number).TrimStart();
            if (line.Length == 0 || line[0] == '#')
                continue;
            var equals = line.IndexOf('=');
            var name = equals < 0 ? line : line[..equals];
            if (name.Length == 0)
                throw Invalid(path, parameter, number, "has no name before '='");
            if (name.AsSpan().ContainsAny(' ', '\t'))
                throw Invalid(path, parameter, number, $"has blanks in the name '{name}'");
            if (line.Contains('\0'))
                throw Invalid(path, parameter, number, "has a NUL character, which no variable can have");
            if (equals >= 0)
                variables.Add(line);
            else if (lookup(name) is { } value)
                variables.Add($"{name}={value}");
        }

        return variables;
    }

    private static string Decode(ReadOnlySpan<byte> line, string path, string parameter, int number)
    {
        if (line.EndsWith("\r"u8))
            line = line[..^1];
        try
        {
            return s_strict.GetString(line);
        }
        catch (DecoderFallbackException)
        {
            throw Invalid(path, parameter, number, "is not UTF-8");
        }
    }

    private static InvalidSettingException Invalid(string path, string parameter, int line, string fault) =>
        new(parameter, path, $"{parameter}: line {line} of '{path}' {fault}. Use NAME=value, or NAME alone for the caller's value.");
}
