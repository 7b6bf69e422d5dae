using System.Buffers;

namespace ContainerPS.Engine.Build;

/// <summary>
/// Parser directives: comments of the form <c># name=value</c> before anything else (Dockerfile reference, "Parser directives"). The first line that is
/// none, an empty one included, ends them; an unknown one is a comment, and ends them, too.
/// </summary>
internal sealed class DirectiveReader(string fileName)
{
    private static readonly SearchValues<char> s_nameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");

    private bool _isOver;
    private bool _hasEscape;
    private bool _hasInterpreter;

    /// <summary>What has been read.</summary>
    internal ParserDirectives Directives { get; private set; } = new();

    /// <summary>Takes the next line, without its end; true when it is a directive.</summary>
    /// <exception cref="DockerfileException">It says what another one has said, or nothing that can be done.</exception>
    internal bool Take(ReadOnlySpan<char> line, int number)
    {
        if (_isOver)
            return false;

        // What a kernel would run the file with.
        if (number == 1 && line.StartsWith("#!"))
        {
            _hasInterpreter = true;
            return false;
        }

        if (!TrySplit(line, out var name, out var value))
        {
            _isOver = true;
            return false;
        }

        var location = new SourceLocation(fileName, number, number);
        switch (name)
        {
            case "syntax":
                Directives = Directives.Syntax is null ? Directives with { Syntax = Frontend(value, location) } : throw Twice(name, location);
                return true;
            case "check":
                Directives = Directives.Check is null ? Directives with { Check = CheckOptions.Parse(value, location) } : throw Twice(name, location);
                return true;
            case "escape" when !_hasInterpreter:
                if (_hasEscape)
                    throw Twice(name, location);
                _hasEscape = true;
                Directives = value is "\\" or "`" ? Directives with { Escape = value[0] } : throw new DockerfileException(location, $"The escape character cannot be '{value}'. Use \\ or `.");
                return true;
            default:
                _isOver = true;
                return false;
        }
    }

    /// <summary>A name and a value of the form <c># name=value</c>, the name in lower case.</summary>
    internal static bool TrySplit(ReadOnlySpan<char> line, out string name, out string value)
    {
        (name, value) = ("", "");
        if (!line.StartsWith("#"))
            return false;
        var text = line[1..].TrimStart();
        var equals = text.IndexOf('=');
        if (equals < 0)
            return false;
        var key = text[..equals].TrimEnd();
        var rest = text[(equals + 1)..].Trim();
        if (key.Length == 0 || rest.Length == 0 || !char.IsAsciiLetter(key[0]) || key.ContainsAnyExcept(s_nameCharacters))
            return false;
        (name, value) = (key.ToString().ToLowerInvariant(), rest.ToString());
        return true;
    }

    // Docker's own front end is what this parser does. Another one would be a program to download and run.
    private static string Frontend(string value, SourceLocation location)
    {
        var image = value.Split(' ')[0];
        var name = image.Split('@')[0];
        var colon = name.LastIndexOf(':');
        if (colon > name.LastIndexOf('/'))
            name = name[..colon];
        return name is "docker/dockerfile" or "docker/dockerfile-upstream" || name.EndsWith("/docker/dockerfile", StringComparison.Ordinal) || name.EndsWith("/docker/dockerfile-upstream", StringComparison.Ordinal)
            ? image
            : throw new DockerfileException(location, $"The syntax '{image}' is another program's. Dockerfiles are read as docker/dockerfile does; take the line away when that is meant.");
    }

    private static DockerfileException Twice(string name, SourceLocation location) =>
        new(location, $"The parser directive '{name}' is there a second time. Keep one of them.");
}
