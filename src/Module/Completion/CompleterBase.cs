using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using ContainerPS.Engine;

namespace ContainerPS.Module;

/// <summary>What all completers share: filter by what is typed so far, quote where need be, never fail.</summary>
public abstract class CompleterBase : IArgumentCompleter
{
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

    private static string Quote(string text) => text.AsSpan().ContainsAny(" '\"`$(){}[];,&|<>@#") ? $"'{text.Replace("'", "''")}'" : text;
}
