using System.Text;

namespace ContainerPS.Engine.Build;

/// <summary>
/// Reads a text as Docker reads fields of instructions: quotation marks, escapes and variables as a shell has them (Dockerfile reference, "Environment
/// replacement"; POSIX shell, 2.6.2). Nothing between single quotes is replaced; between double quotes, the escape character counts before <c>"</c>,
/// <c>$</c> and itself.
/// </summary>
internal sealed partial class ShellLexer
{
    // Deeper nesting is no one's wish, and would end the process when the stack is full.
    private const int MaxDepth = 100;

    private readonly string _text;
    private readonly IVariables _variables;
    private readonly LexerOptions _options;
    private readonly SourceLocation _location;
    private readonly List<string> _used = [];
    private readonly List<string> _undefined = [];
    private readonly HashSet<string> _seen = [];
    private bool _keepEscapes;
    private int _position;
    private int _depth;

    private ShellLexer(string text, IVariables variables, LexerOptions options, SourceLocation location)
    {
        (_text, _variables, _options, _location) = (text, variables, options, location);
        _keepEscapes = options.KeepEscapes;
    }

    /// <summary>The text as one word, with variables put in.</summary>
    /// <exception cref="DockerfileException">A quotation mark or brace is not closed, a modifier is none, or a variable must be set.</exception>
    internal static Expanded<string> Word(string text, IVariables variables, LexerOptions options, SourceLocation location)
    {
        // Most texts have nothing that this would change.
        if (text.AsSpan().IndexOfAny("$'\"") < 0 && !text.Contains(options.Escape))
            return new(text, [], []);
        var lexer = new ShellLexer(text, variables, options, location);
        return new(lexer.ReadUntil(null, options.KeepEscapes, null), lexer._used, lexer._undefined);
    }

    /// <summary>The text's words, with variables put in: what is not quoted is split at spaces, also where they come from a variable.</summary>
    /// <exception cref="DockerfileException">A quotation mark or brace is not closed, a modifier is none, or a variable must be set.</exception>
    internal static Expanded<IReadOnlyList<string>> Words(string text, IVariables variables, LexerOptions options, SourceLocation location)
    {
        var lexer = new ShellLexer(text, variables, options, location);
        var words = new WordList();
        lexer.ReadUntil(null, options.KeepEscapes, words);
        return new(words.Finish(), lexer._used, lexer._undefined);
    }

    private char? Peek() => _position < _text.Length ? _text[_position] : null;

    // Reads to the end of the text, or to a character that closes and that is read, too.
    private string ReadUntil(char? end, bool keepEscapes, WordList? words)
    {
        var before = _keepEscapes;
        _keepEscapes = keepEscapes;
        if (++_depth > MaxDepth)
            throw Fault($"Variables are nested more than {MaxDepth} deep.");
        var result = new StringBuilder();
        while (Peek() is { } c)
        {
            if (c == end)
            {
                _position++;
                _keepEscapes = before;
                _depth--;
                return result.ToString();
            }

            switch (c)
            {
                case '$':
                    var value = Variable();
                    result.Append(value);
                    words?.AddSplit(value);
                    break;
                case '<':
                    var arrows = Arrows();
                    result.Append(arrows);
                    words?.AddWhole(arrows);
                    break;
                case '\'' or '"' when !_options.IgnoreQuotes:
                    var quoted = c == '"' ? DoubleQuoted() : SingleQuoted();
                    result.Append(quoted);
                    words?.AddWhole(quoted);
                    break;
                default:
                    Plain(c, result, words);
                    break;
            }

            if (result.Length > _options.MaxLength)
                throw Fault($"It becomes longer than {_options.MaxLength >> 20} MiB once variables are put in.");
        }

        if (end is not null)
            throw Unclosed(end.Value);
        _depth--;
        return result.ToString();
    }

    private void Plain(char c, StringBuilder result, WordList? words)
    {
        _position++;
        if (c != _options.Escape)
        {
            result.Append(c);
            words?.AddSplit(c);
            return;
        }

        if (_keepEscapes)
        {
            result.Append(c);
            words?.AddWhole(c);
        }

        // At the end of the text it escapes nothing.
        if (Peek() is not { } next)
            return;
        _position++;
        result.Append(next);
        words?.AddWhole(next);
    }

    private string SingleQuoted()
    {
        var start = _position++;
        var end = _text.IndexOf('\'', _position);
        if (end < 0)
            throw Fault($"There is a single quotation mark without its counterpart in '{Shorten(_text)}'.");
        _position = end + 1;
        return _options.KeepQuotes ? _text[start.._position] : _text[(start + 1)..end];
    }

    private string DoubleQuoted()
    {
        var result = new StringBuilder();
        _position++;
        if (_options.KeepQuotes)
            result.Append('"');
        while (Peek() is { } c)
        {
            if (c == '$')
            {
                result.Append(Variable());
                continue;
            }

            _position++;
            if (c == '"')
                return (_options.KeepQuotes ? result.Append('"') : result).ToString();
            if (c != _options.Escape)
            {
                result.Append(c);
                continue;
            }

            if (_keepEscapes)
                result.Append(c);
            var next = Peek();
            if (next is null)
                break;
            if (next is '"' or '$' || next == _options.Escape)
            {
                _position++;
                result.Append(next);
            }
            else
            {
                result.Append(c);
            }
        }

        throw Fault($"There is a double quotation mark without its counterpart in '{Shorten(_text)}'.");
    }

    // What may begin a here-document: spaces between the arrows and its delimiter belong to the word.
    private string Arrows()
    {
        var start = _position++;
        if (Peek() != '<')
            return "<";
        _position++;
        while (Peek() is '\t' or '\r' or ' ')
            _position++;
        return _text[start.._position];
    }

    private DockerfileException Unclosed(char end) => Fault(end == '/'
        ? $"There is a '${{' whose pattern has no '/' after it in '{Shorten(_text)}'. The form is ${{name/pattern/replacement}}."
        : $"There is a '${{' without its '{end}' in '{Shorten(_text)}'.");

    private DockerfileException Fault(string message) => new(_location, message);

    private static string Shorten(string text) => text.Length <= 200 ? text : text[..200] + "…";
}
