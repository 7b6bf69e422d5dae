using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;
using ContainerPS.Engine;
using ContainerPS.Engine.Containers;

namespace ContainerPS.Module;

/// <summary>
/// Settings from a row of a table, as of Import-Csv or ConvertFrom-Json: each column that is named like a parameter sets it, unless it was given on the
/// command line. In text, several values are separated by semicolons, and a command is in words as PowerShell reads them.
/// </summary>
internal sealed class SettingsRow(SettingsCommand command)
{
    private readonly HashSet<string> _told = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Sets the parameters that a row names, reads the settings, and sets them back.</summary>
    /// <param name="row">The row.</param>
    /// <param name="read">Reads the settings, given the row's image, or null when it has none.</param>
    internal ContainerSettings Read(PSObject row, Func<string?, ContainerSettings> read)
    {
        var before = new Dictionary<System.Reflection.PropertyInfo, object?>();
        string? image = null;
        string[]? program = null;
        var strangers = new List<string>();
        try
        {
            foreach (var column in row.Properties)
            {
                if (column.Value is null or "")
                    continue;
                if (Find(column.Name) is not { } parameter || command.GetType().GetProperty(parameter.Name) is not { } property)
                {
                    strangers.Add(column.Name);
                    continue;
                }

                if (parameter.Name == nameof(SettingsCommand.Image))
                {
                    // Then all words of the command line are the program's.
                    image = column.Value.ToString();
                    continue;
                }

                if (command.Given.ContainsKey(parameter.Name))
                    continue;
                if (parameter.Name == ProgramCommand.CommandName)
                {
                    program = column.Value is string line ? Words(line) : [.. Values(column.Value).Select(static word => LanguagePrimitives.ConvertTo<string>(word))];
                    continue;
                }

                before[property] = property.GetValue(command);
                property.SetValue(command, Convert(parameter, column.Value));
            }

            Warn(strangers);
            var settings = read(image);
            if (program is not null)
                settings.Command = program;
            return settings;
        }
        finally
        {
            foreach (var (property, value) in before)
                property.SetValue(command, value);
        }
    }

    private ParameterMetadata? Find(string column) => command.Parameters.Values.FirstOrDefault(parameter =>
        (string.Equals(parameter.Name, column, StringComparison.OrdinalIgnoreCase) || parameter.Aliases.Contains(column, StringComparer.OrdinalIgnoreCase))
        && !parameter.Attributes.Any(static attribute => attribute is DockerLetterAttribute));

    private void Warn(List<string> strangers)
    {
        strangers.RemoveAll(column => !_told.Add(column));
        if (strangers.Count > 0)
            command.WriteWarning($"These columns are no parameters and were left out: {string.Join(", ", strangers)}.");
    }

    private static object? Convert(ParameterMetadata parameter, object value)
    {
        var type = parameter.ParameterType;
        try
        {
            if (type == typeof(SwitchParameter))
                return new SwitchParameter(value as bool? ?? IsTrue(parameter.Name, value.ToString()!));
            var result = LanguagePrimitives.ConvertTo(type.IsArray ? Values(value) : value, type, CultureInfo.InvariantCulture);
            foreach (var set in parameter.Attributes.OfType<ValidateSetAttribute>())
            {
                if (!set.ValidValues.Contains(result?.ToString(), StringComparer.OrdinalIgnoreCase))
                    throw new InvalidSettingException(parameter.Name, value, $"{parameter.Name}: '{value}' cannot be used. Write {string.Join(", ", set.ValidValues)}.");
            }

            return result;
        }
        catch (PSInvalidCastException e)
        {
            throw new InvalidSettingException(parameter.Name, value, $"{parameter.Name}: '{value}' cannot be used: {e.Message}");
        }
    }

    private static object?[] Values(object value) => (value is PSObject wrapped ? wrapped.BaseObject : value) switch
    {
        string text => text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
        PSCustomObject => [Pairs(PSObject.AsPSObject(value))],
        IDictionary pairs => [pairs],
        IEnumerable items => [.. items.Cast<object?>()],
        _ => [value],
    };

    private static Hashtable Pairs(PSObject value)
    {
        var pairs = new Hashtable();
        foreach (var pair in value.Properties)
            pairs[pair.Name] = pair.Value;
        return pairs;
    }

    private static bool IsTrue(string parameter, string text) => text.ToLowerInvariant() switch
    {
        "true" or "yes" or "1" => true,
        "false" or "no" or "0" => false,
        _ => throw new InvalidSettingException(parameter, text, $"{parameter}: '{text}' cannot be used. Write true or false."),
    };

    private static string[] Words(string line)
    {
        var call = Parser.ParseInput($"x {line}", out _, out _).Find(static node => node is CommandAst, searchNestedScriptBlocks: false) as CommandAst;
        return [.. (call?.CommandElements ?? []).Skip(1).Select(static word => word switch
        {
            StringConstantExpressionAst text => text.Value,
            ExpandableStringExpressionAst text => text.Value,
            _ => word.Extent.Text,
        })];
    }
}
