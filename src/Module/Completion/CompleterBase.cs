using System.Buffers;
using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using ContainerPS.Engine;

namespace ContainerPS.Module;

/// <summary>What all completers share: filter by what is typed so far, quote where need be, never fail.</summary>
public abstract class CompleterBase : IArgumentCompleter
{
    /// <summary>Of more candidates than these, nobody reads what each is: they are told by name alone, which needs no look at them.</summary>
    private protected const int MostDescribed = 50;

    private static readonly SearchValues<char> s_special = SearchValues.Create(" \t\n'\"`$(){}[];,&|<>@#\u2018\u2019\u201a\u201b\u201c\u201d\u201e");

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var word = wordToComplete.Trim('\'', '"');
        try
        {
            return [.. Candidates(word)
                .Where(candidate => candidate.Text.StartsWith(word, StringComparison.OrdinalIgnoreCase))
                .Select(static candidate => new CompletionResult(Quote(candidate.Text), candidate.Text, CompletionResultType.ParameterValue, candidate.Tooltip))];
        }
        catch (Exception e) when (e is ContainerEngineException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>What there is to choose from.</summary>
    private protected abstract IEnumerable<(string Text, string Tooltip)> Candidates(string word);

    /// <summary>The engine, when this process may use it.</summary>
    private protected static LocalEngine? OpenEngine() => Environment.IsPrivilegedProcess ? LocalEngine.Open() : null;

    /// <summary>Other containers, once <c>container:</c> is typed.</summary>
    private protected static IEnumerable<(string Text, string Tooltip)> OthersOf(string word)
    {
        const string Kind = "container:";
        return word.StartsWith(Kind, StringComparison.Ordinal) && OpenEngine() is { } engine
            ? ContainerCompleter.Names(engine, word[Kind.Length..]).Select(static known => (Kind + known.Text, known.Tooltip))
            : [];
    }

    // PowerShell takes typographic quotes for quotes, too, and a dash at the beginning for a parameter.
    private static string Quote(string text) =>
        text.StartsWith('-') || text.AsSpan().ContainsAny(s_special) ? $"'{text.Replace("'", "''").Replace("\u2018", "\u2018\u2018").Replace("\u2019", "\u2019\u2019")}'" : text;
}
