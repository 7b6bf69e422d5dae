using System.Globalization;
using System.Text;

namespace ContainerPS.Engine.Build;

/// <summary>Variables: <c>$name</c>, <c>${name}</c> and its modifiers.</summary>
internal sealed partial class ShellLexer
{
    // A parameter of the shell's own, such as $? and $#: never set in a build.
    private static bool IsSpecialParameter(char c) => c is '@' or '*' or '#' or '?' or '-' or '$' or '!' or '0';

    private string Variable()
    {
        _position++;
        if (Peek() != '{')
        {
            var plain = Name();
            return plain.Length == 0 ? "$" : Find(plain) ?? (_options.KeepUnset ? "$" + plain : "");
        }

        _position++;
        if (Peek() is not { } first)
            throw Unclosed('}');
        if (first is '{' or '}' or ':')
            throw Fault($"There is a '${{' without a name in '{Shorten(_text)}'.");
        var name = Name();
        if (Peek() is not { } modifier)
            throw Unclosed('}');
        _position++;
        return modifier switch
        {
            '}' => Find(name) ?? (_options.KeepUnset ? $"${{{name}}}" : ""),
            '/' => Replace(name),
            '#' or '%' => Trim(name, modifier),
            _ => Choose(name, modifier),
        };
    }

    // Letters, digits and '_'; only digits when it begins with one.
    private string Name()
    {
        var start = _position;
        if (Peek() is { } first && char.IsDigit(first))
        {
            while (Peek() is { } digit && char.IsDigit(digit))
                _position++;
        }
        else if (Peek() is { } special && IsSpecialParameter(special))
        {
            _position++;
        }
        else
        {
            while (_position < _text.Length && Rune.TryGetRuneAt(_text, _position, out var rune) && (Rune.IsLetterOrDigit(rune) || rune.Value == '_'))
                _position += rune.Utf16SequenceLength;
        }

        return _text[start.._position];
    }

    // ${name-word}, ${name+word}, ${name?word}; after a colon, an empty value counts as none.
    private string Choose(string name, char modifier)
    {
        var emptyIsUnset = modifier == ':';
        if (emptyIsUnset)
        {
            if (Peek() is not { } after)
                throw Unclosed('}');
            _position++;
            modifier = after;
        }

        var written = emptyIsUnset ? $":{modifier}" : modifier.ToString();
        if (modifier is not ('-' or '+' or '?'))
            throw Fault($"There is an unknown modifier '{written}' of the variable '{name}' in '{Shorten(_text)}'. Use :- - :+ + :? ? # ## % %% / or //.");
        var word = ReadUntil('}', keepEscapes: false, null);
        var value = Find(name);
        if (value is null && _options.KeepUnset)
            return $"${{{name}{written}{word}}}";
        var isSet = value is not null && !(emptyIsUnset && value.Length == 0);
        return modifier switch
        {
            '-' => isSet ? value! : word,
            '+' => isSet ? word : "",
            _ => isSet ? value! : throw Fault($"The variable '{name}' {(word.Length > 0 ? $"is refused: {word}" : value is null ? "must be set" : "must not be empty")}."),
        };
    }

    // ${name#pattern}, ${name##pattern}, ${name%pattern}, ${name%%pattern}
    private string Trim(string name, char modifier)
    {
        var word = ReadUntil('}', keepEscapes: true, null);
        var value = Find(name);
        if (value is null && _options.KeepUnset)
            return $"${{{name}{modifier}{word}}}";
        var longest = word.StartsWith(modifier);
        var pattern = PatternOf(longest ? word[1..] : word);
        return modifier == '#' ? pattern.WithoutStart(value ?? "", longest) : pattern.WithoutEnd(value ?? "", longest);
    }

    // ${name/pattern/replacement}, ${name//pattern/replacement}
    private string Replace(string name)
    {
        var all = Peek() == '/';
        if (all)
            _position++;
        var pattern = ReadUntil('/', keepEscapes: true, null);
        var replacement = ReadUntil('}', keepEscapes: true, null);
        var value = Find(name);
        return value is null && _options.KeepUnset
            ? string.Create(CultureInfo.InvariantCulture, $"${{{name}/{pattern}/{replacement}}}")
            : PatternOf(pattern).Replace(value ?? "", replacement, all, _options.MaxLength) ?? throw Fault($"'{name}' becomes longer than {_options.MaxLength >> 20} MiB.");
    }

    private ValuePattern PatternOf(string text) =>
        ValuePattern.TryParse(text, out var pattern) is { } wrong
            ? throw Fault($"The pattern '{Shorten(text)}' {wrong}. A backslash goes before *, ?, / and }} and itself.")
            : pattern!;

    private string? Find(string name)
    {
        var value = _variables.Find(name);
        if (_seen.Add(name))
            (value is null ? _undefined : _used).Add(name);
        return value;
    }
}
