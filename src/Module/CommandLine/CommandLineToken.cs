using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ContainerPS.Module;

/// <summary>One word of a command as it was typed, variables that are splatted taken apart.</summary>
/// <param name="Parameter">Name without the dash when PowerShell took it for a parameter, else null; <c>-</c> for <c>--</c>.</param>
/// <param name="Text">As it was typed.</param>
/// <param name="Argument">What follows a colon (<c>-d:x</c>), or null.</param>
/// <param name="Source">The word's syntax, or null when it came from a variable.</param>
internal sealed record CommandLineToken(string? Parameter, string Text, ExpressionAst? Argument, ExpressionAst? Source)
{
    /// <summary>True for the word after which nothing is a parameter.</summary>
    internal bool IsDashDash => Parameter == "-";

    /// <summary>The words of a statement that is one command, without the command's name; null when it is not one command.</summary>
    /// <param name="statement">What was typed.</param>
    /// <param name="variable">Value of a variable, for splatting.</param>
    internal static List<CommandLineToken>? Read(string statement, Func<string, object?> variable)
    {
        var script = Parser.ParseInput(statement, out _, out _);
        if (script.Find(static ast => ast is CommandAst, searchNestedScriptBlocks: false) is not CommandAst command)
            return null;
        var tokens = new List<CommandLineToken>();
        foreach (var element in command.CommandElements.Skip(1))
        {
            switch (element)
            {
                case CommandParameterAst parameter:
                    tokens.Add(new(parameter.ParameterName, parameter.Extent.Text, parameter.Argument, null));
                    break;
                case VariableExpressionAst { Splatted: true } splat:
                    AddSplatted(tokens, variable(splat.VariablePath.UserPath));
                    break;
                case ExpressionAst expression:
                    tokens.Add(new(null, expression.Extent.Text, null, expression));
                    break;
            }
        }

        return tokens;
    }

    /// <summary>The text of a word that is a constant; null for any other.</summary>
    internal static string? ConstantText(ExpressionAst? ast) => ast switch
    {
        StringConstantExpressionAst text => text.Value,
        ConstantExpressionAst number => number.Extent.Text,
        _ => null,
    };

    private static void AddSplatted(List<CommandLineToken> tokens, object? value)
    {
        value = value is PSObject wrapped ? wrapped.BaseObject : value;

        // A hashtable's entries are parameters that were bound with their values; they take no words.
        if (value is null or IDictionary)
            return;
        if (value is string || value is not IEnumerable items)
        {
            tokens.Add(new(null, value.ToString() ?? "", null, null));
            return;
        }

        foreach (var item in items)
        {
            // In $args, PowerShell marks the words that were parameters.
            var name = item is null ? null : PSObject.AsPSObject(item).Properties["<CommandParameterName>"]?.Value as string;
            tokens.Add(new(name, item?.ToString() ?? "", null, null));
        }
    }
}
