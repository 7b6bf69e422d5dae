using System.Text;
using System.Text.Json;

namespace ContainerPS.Engine.Build;

/// <summary>The JSON form of arguments: <c>["program", "argument"]</c>.</summary>
internal static class JsonWords
{
    /// <summary>The array's texts, or null when the text is not a JSON array: then it is in the shell's form.</summary>
    /// <exception cref="DockerfileException">It is an array, and has something else than texts in it.</exception>
    internal static IReadOnlyList<string>? TryParse(string text, SourceLocation location)
    {
        if (!text.StartsWith('['))
            return null;
        try
        {
            using var document = JsonDocument.Parse(Encoding.UTF8.GetBytes(text));
            var words = new List<string>(document.RootElement.GetArrayLength());
            foreach (var element in document.RootElement.EnumerateArray())
            {
                if (element.ValueKind != JsonValueKind.String)
                    throw new DockerfileException(location, $"The JSON array has '{element.GetRawText()}' in it. Only texts in double quotation marks may be there.");
                words.Add(element.GetString()!);
            }

            return words;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // An escaped half of a surrogate pair is an InvalidOperationException.
            return null;
        }
    }
}
