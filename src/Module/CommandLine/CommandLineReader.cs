using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ContainerPS.Module;

/// <summary>
/// Finds out where a program's own words begin. PowerShell binds every <c>-word</c> that fits one of the cmdlet's parameters, wherever it stands, so that
/// <c>Invoke-Container debian ls -la</c> would lose its <c>-la</c>. What was typed, word by word, is in the statement; the words' values are in what
/// PowerShell bound. Put together they give what the user meant: up to the program's name words are the cmdlet's, from there on the program's.
/// </summary>
internal sealed class CommandLineReader
{
    private readonly List<CommandLineToken> _tokens;
    private readonly ParameterTable _parameters;
    private readonly IReadOnlyDictionary<string, object?> _bound;
    private readonly Func<string, bool?> _letterTakesValue;
    private readonly string _subjectName;
    private readonly Queue<object?> _values;

    private readonly List<string> _program = [];
    private readonly List<(string, object?)> _letters = [];
    private readonly List<string> _unbound = [];
    private readonly List<string> _suspects = [];
    private object? _subject;
    private bool _hasSubject;
    private int _next;

    /// <summary>Prepares to read.</summary>
    /// <param name="tokens">What was typed.</param>
    /// <param name="parameters">The cmdlet's parameters.</param>
    /// <param name="subjectName">The parameter that takes the first word.</param>
    /// <param name="bound">What PowerShell bound.</param>
    /// <param name="remaining">What PowerShell left for the program, in order.</param>
    /// <param name="letterTakesValue">Whether a one-letter option takes a value; null when there is no such option.</param>
    internal CommandLineReader(
        List<CommandLineToken> tokens,
        ParameterTable parameters,
        string subjectName,
        IReadOnlyDictionary<string, object?> bound,
        IReadOnlyList<object?> remaining,
        Func<string, bool?> letterTakesValue)
    {
        _tokens = tokens;
        _parameters = parameters;
        _subjectName = subjectName;
        _bound = bound;
        _letterTakesValue = letterTakesValue;
        _values = Values(remaining);
    }

    /// <summary>Reads.</summary>
    /// <param name="subjectGiven">True when the pipeline gives the image or container, so that the first word is the program.</param>
    internal CommandLine Read(bool subjectGiven)
    {
        _hasSubject = subjectGiven;
        while (_next < _tokens.Count && ReadOwn())
        {
        }

        while (_next < _tokens.Count)
            ReadProgram();
        return new CommandLine { Subject = _subject, Program = _program, Letters = _letters, Unbound = _unbound, Suspects = _suspects };
    }

    /// <summary>The words of one value: an array is several, <c>a,b</c> typed as one word stays one, as native commands get it.</summary>
    internal static IEnumerable<string> Words(object? value, ExpressionAst? source = null)
    {
        var bare = value is PSObject wrapped ? wrapped.BaseObject : value;
        if (bare is string || bare is not IEnumerable items || bare is IDictionary)
            return [LanguagePrimitives.ConvertTo<string>(value)];
        var words = items.Cast<object?>().Select(LanguagePrimitives.ConvertTo<string>);
        return source is ArrayLiteralAst && !source.Extent.Text.Contains(' ') ? [string.Join(',', words)] : words;
    }

    // One word before the program; false when the program begins here.
    private bool ReadOwn()
    {
        var token = _tokens[_next];
        if (token.Parameter is null)
        {
            if (_hasSubject)
                return false;
            _next++;
            _subject = _values.Dequeue();
            return _hasSubject = true;
        }

        _next++;
        if (token.IsDashDash)
            return true;
        var parameter = _parameters.Find(token.Parameter) ?? throw Unknown(token);
        if (parameter.IsLetter)
        {
            ReadLetter(token);
            return true;
        }

        if (!parameter.IsSwitch && token.Argument is null)
            _next++;
        if (parameter.Name == _subjectName)
        {
            _subject = _bound[_subjectName];
            _hasSubject = true;
        }
        else if (parameter.Name == ProgramCommand.CommandName)
        {
            _program.AddRange(Words(_bound[parameter.Name]));
        }

        return true;
    }

    private void ReadLetter(CommandLineToken token)
    {
        var letter = token.Parameter!.ToLowerInvariant();
        var takesValue = _letterTakesValue(letter) ?? throw Unknown(token);
        if (token.Argument is { } argument)
            _letters.Add((letter, ColonValue(token, argument)));
        else if (!takesValue)
            _letters.Add((letter, null));
        else if (_next < _tokens.Count && _tokens[_next].Parameter is null)
            _letters.Add((letter, Take(_next++)));
        else
            throw new InvalidSettingException(letter, token.Text, $"'{token.Text}' needs a value. Write it after a space, or use the parameter's full name.");
    }

    // One word of the program, with what PowerShell bound to it.
    private void ReadProgram()
    {
        var index = _next++;
        var token = _tokens[index];
        if (token.Parameter is null)
        {
            _program.AddRange(Words(_values.Dequeue(), token.Source));
            return;
        }

        if (token.IsDashDash)
        {
            _program.Add(token.Text);
            return;
        }

        var parameter = _parameters.Find(token.Parameter);
        if (parameter is null)
        {
            AddWithColon(token, (string)_values.Dequeue()!, () => Words(_values.Dequeue()).First());
            return;
        }

        if (parameter.Name == token.Parameter && !parameter.IsLetter)
            _suspects.Add(token.Text);
        if (!parameter.IsLetter)
            _unbound.Add(parameter.Name);
        AddWithColon(token, token.Text, () => ColonValue(token, token.Argument!).ToString()!);
        if (!parameter.IsSwitch && token.Argument is null && _next < _tokens.Count)
            _program.AddRange(CommandLineToken.ConstantText(_tokens[_next].Source) is { } text ? Skip(text) : BoundWords(parameter.Name));
    }

    private IEnumerable<string> Skip(string text)
    {
        _next++;
        return [text];
    }

    private IEnumerable<string> BoundWords(string parameter)
    {
        _next++;
        return _bound.TryGetValue(parameter, out var value) ? Words(value) : [];
    }

    // -x:y is one word; "-d: -f1", which PowerShell also reads as a parameter and its value, is two.
    private void AddWithColon(CommandLineToken token, string text, Func<string> value)
    {
        if (token.Argument is null)
        {
            _program.Add(text);
            return;
        }

        var typed = token.Text[..token.Text.IndexOf(token.Argument.Extent.Text, token.Parameter!.Length + 1, StringComparison.Ordinal)];
        if (typed.Length > 0 && char.IsWhiteSpace(typed[^1]))
            _program.AddRange([typed.TrimEnd(), value()]);
        else
            _program.Add(typed + value());
    }

    private object Take(int index) => _values.Dequeue() ?? _tokens[index].Text;

    private static object ColonValue(CommandLineToken token, ExpressionAst argument)
    {
        if (CommandLineToken.ConstantText(argument) is { } text)
            return text;
        if (argument is VariableExpressionAst { VariablePath.UserPath: var name } && bool.TryParse(name, out var truth))
            return truth;
        throw new InvalidSettingException(token.Parameter!, token.Text, $"'{token.Text}' cannot be read here. Put quotes around the whole word, or a space in place of the colon.");
    }

    private InvalidSettingException Unknown(CommandLineToken token) => DockerWords.Hint(_parameters.Command, token.Text, null) is null
        ? new(token.Parameter!, token.Text, $"'{token.Text}' is not a parameter of {_parameters.Command}. What is meant for the program comes after the program's name, or after '--'.")
        : DockerWords.Refusal(_parameters.Command, token.Text, null);

    // What PowerShell bound by position, in the order of the words.
    private Queue<object?> Values(IReadOnlyList<object?> remaining)
    {
        var named = _tokens.Exists(token => token.Parameter is not null && _parameters.Find(token.Parameter)?.Name == _subjectName);
        var values = new Queue<object?>();
        if (!named && _bound.TryGetValue(_subjectName, out var subject))
            values.Enqueue(subject);

        // A single word that is a collection is bound as the words in it.
        if (CountRemaining(values.Count) == 1 && remaining.Count != 1)
        {
            values.Enqueue(remaining);
            return values;
        }

        foreach (var value in remaining)
            values.Enqueue(value);
        return values;
    }

    // How many of the words PowerShell had left over once it had bound its parameters.
    private int CountRemaining(int subject)
    {
        var count = -subject;
        for (var i = 0; i < _tokens.Count; i++)
        {
            var parameter = _tokens[i].Parameter is { } name && !_tokens[i].IsDashDash ? _parameters.Find(name) : null;
            if (_tokens[i].Parameter is null || (parameter is null && !_tokens[i].IsDashDash))
                count += _tokens[i].Argument is null ? 1 : 2;
            else if (parameter is { IsSwitch: false } && _tokens[i].Argument is null)
                i++;
        }

        return count;
    }
}
