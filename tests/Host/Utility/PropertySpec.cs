using System.Collections;
using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>One entry of a -Property list: a name (wildcards allowed), a script block, or a hashtable with Expression and options.</summary>
internal sealed record PropertySpec(PSPropertyExpression Expression, string? Label, bool? Descending)
{
    private static readonly string[] s_labelKeys = ["name", "label"];

    public static List<PropertySpec> ParseAll(PSCmdlet command, object[]? properties) =>
        properties is null ? [] : [.. properties.Where(property => property is not null).Select(property => Parse(command, property))];

    /// <summary>The values of the property on one object; none when there is no such property.</summary>
    public List<PSPropertyExpressionResult> ValuesOf(PSObject item) => Expression.GetValues(item, expand: true, eatExceptions: true);

    /// <summary>The one value of the property, null when there is none.</summary>
    public object? ValueOf(PSObject item) =>
        Expression.GetValues(item, expand: true, eatExceptions: true) is [{ Exception: null, Result: var value }, ..] ? value : null;

    private static PropertySpec Parse(PSCmdlet command, object property)
    {
        object plain = PSObject.Base(property);
        return plain is IDictionary options
            ? ParseOptions(command, options)
            : new PropertySpec(ToExpression(command, plain), null, null);
    }

    private static PropertySpec ParseOptions(PSCmdlet command, IDictionary options)
    {
        PSPropertyExpression? expression = null;
        string? label = null;
        bool? descending = null;
        foreach (DictionaryEntry option in options)
        {
            string key = option.Key.ToString() ?? string.Empty;
            if (Fits(key, "expression"))
                expression = ToExpression(command, PSObject.Base(option.Value));
            else if (s_labelKeys.Any(name => Fits(key, name)))
                label = option.Value?.ToString();
            else if (Fits(key, "descending"))
                descending = LanguagePrimitives.IsTrue(option.Value);
            else if (Fits(key, "ascending"))
                descending = !LanguagePrimitives.IsTrue(option.Value);
            else if (!IsFormatOption(key))
                throw Failure(command, $"The {key} key is not valid.", "DictionaryKeyUnknown", options);
        }

        if (expression is null)
        {
            expression = label is null
                ? throw Failure(command, "The Expression key has no value.", "DictionaryKeyMissing", options)
                : new PSPropertyExpression(label);
        }

        return new PropertySpec(expression, label, descending);
    }

    private static bool Fits(string key, string name) => key.Length > 0 && name.StartsWith(key, StringComparison.OrdinalIgnoreCase);

    private static bool IsFormatOption(string key) =>
        Fits(key, "formatstring") || Fits(key, "width") || Fits(key, "alignment");

    private static PSPropertyExpression ToExpression(PSCmdlet command, object? value) => value switch
    {
        ScriptBlock script => new PSPropertyExpression(script),
        PSPropertyExpression expression => expression,
        null => throw Failure(command, "A property cannot be null.", "NullProperty", null),
        _ => new PSPropertyExpression(LanguagePrimitives.ConvertTo<string>(value)),
    };

    private static RuntimeException Failure(PSCmdlet command, string message, string errorId, object? target)
    {
        command.ThrowTerminatingError(new ErrorRecord(new ArgumentException(message), errorId, ErrorCategory.InvalidArgument, target));
        return new RuntimeException(message);
    }
}
