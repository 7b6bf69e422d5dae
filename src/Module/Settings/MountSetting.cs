using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>Reads mounts in Docker's long form: text, or hashtables with the same keys.</summary>
internal static class MountSetting
{
    /// <summary>Mounts whose sources are absolute.</summary>
    /// <param name="values">Text or hashtables.</param>
    /// <param name="parameter">Parameter to name in errors.</param>
    /// <param name="folder">What a source that begins with a dot is relative to.</param>
    internal static IReadOnlyList<MountSpec> Read(object[] values, string parameter, string folder) =>
        [.. Join([.. values.Select(Text)]).Select(text => MountSpec.Parse(text, parameter, folder).Validate(text, parameter))];

    // What is not quoted comes cut at its commas: words of one field each, no key of which comes twice, are one mount.
    private static IReadOnlyList<string> Join(IReadOnlyList<string> texts)
    {
        var keys = texts.Select(static text => text.Split('=')[0].ToLowerInvariant()).ToHashSet(StringComparer.Ordinal);
        return texts.Count > 1 && keys.Count == texts.Count && !texts.Any(static text => text.Contains(',')) ? [string.Join(',', texts)] : texts;
    }

    private static string Text(object value) => (value is PSObject wrapped ? wrapped.BaseObject : value) is IDictionary table ? Text(table) : LanguagePrimitives.ConvertTo<string>(value);

    // A hashtable in a hashtable is a key given several times: volume-opt, volume-label.
    private static string Text(IDictionary table)
    {
        var fields = new List<string>();
        foreach (DictionaryEntry entry in table)
        {
            var value = entry.Value is PSObject wrapped ? wrapped.BaseObject : entry.Value;
            if (value is IDictionary inner)
                fields.AddRange(inner.Keys.Cast<object>().Select(key => Quote($"{entry.Key}={key}={Word(inner[key])}")));
            else
                fields.Add(Quote($"{entry.Key}={Word(value)}"));
        }

        return string.Join(',', fields);
    }

    private static string Word(object? value) => value switch
    {
        bool flag => flag ? "true" : "false",
        SwitchParameter flag => flag ? "true" : "false",
        _ => LanguagePrimitives.ConvertTo<string>(value) ?? Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static string Quote(string field) => field.AsSpan().ContainsAny(',', '"') ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;
}
