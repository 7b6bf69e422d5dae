using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>Makes the new object of Select-Object -Property.</summary>
internal sealed class PropertyPicker
{
    private readonly PSCmdlet _command;
    private readonly List<PropertySpec> _specs;
    private readonly WildcardPattern[] _excluded;

    public PropertyPicker(PSCmdlet command, List<PropertySpec> specs, string[]? excluded)
    {
        _command = command;
        // -ExcludeProperty alone means all but those.
        _specs = specs.Count > 0 ? specs : [new PropertySpec(new PSPropertyExpression("*"), null, null)];
        _excluded = [.. (excluded ?? []).Select(name => WildcardPattern.Get(name, WildcardOptions.IgnoreCase))];
    }

    public PSObject Pick(PSObject item)
    {
        var result = new PSObject();
        string type = item.BaseObject is PSCustomObject ? typeof(PSCustomObject).FullName! : item.BaseObject.GetType().FullName!;
        result.TypeNames.Insert(0, "Selected." + type);
        Fill(result, item);
        return result;
    }

    /// <summary>-ExpandProperty with -Property: the properties are added to each value.</summary>
    public PSObject AddTo(object? value, PSObject item)
    {
        var result = new PSObject(PSObject.Base(value) ?? string.Empty);
        Fill(result, item);
        return result;
    }

    private void Fill(PSObject result, PSObject item)
    {
        foreach (PropertySpec spec in _specs)
        {
            List<PSPropertyExpression> names = spec.Expression.Script is null ? [.. spec.Expression.ResolveNames(item)] : [];
            if (names.Count == 0)
            {
                // A name without wildcards that the object lacks becomes a property without a value.
                if (spec.Expression.Script is not null || !spec.Expression.HasWildCardCharacters)
                    Add(result, spec.Label ?? spec.Expression.ToString(), Evaluate(spec.Expression, item));
                continue;
            }

            foreach (PSPropertyExpression name in names)
                Add(result, spec.Label ?? name.ToString(), Evaluate(name, item));
        }
    }

    private void Add(PSObject result, string name, object? value)
    {
        if (_excluded.Any(pattern => pattern.IsMatch(name)))
            return;
        if (result.Properties[name] is not null)
        {
            var twice = new PSArgumentException($"The property cannot be processed because the property \"{name}\" already exists.");
            _command.WriteError(new ErrorRecord(twice, "AlreadyExistingUserSpecifiedPropertyNoExpand", ErrorCategory.InvalidOperation, null));
            return;
        }

        result.Properties.Add(new PSNoteProperty(name, value));
    }

    private static object? Evaluate(PSPropertyExpression expression, PSObject item)
    {
        List<PSPropertyExpressionResult> results = expression.GetValues(item, expand: true, eatExceptions: true);
        return results.Count == 0 || results[0].Exception is not null ? null : results[0].Result;
    }
}
