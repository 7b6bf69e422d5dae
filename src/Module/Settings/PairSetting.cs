using System.Collections;
using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>Reads what comes in pairs: hashtables, or strings.</summary>
internal static class PairSetting
{
    /// <summary>Strings <c>key=value</c>, those of hashtables made into such.</summary>
    internal static IEnumerable<string> Texts(object[] values)
    {
        foreach (var item in values)
        {
            var value = item is PSObject wrapped ? wrapped.BaseObject : item;
            if (value is IDictionary table)
            {
                foreach (DictionaryEntry entry in table)
                    yield return $"{entry.Key}={LanguagePrimitives.ConvertTo<string>(entry.Value)}";
            }
            else if (value is IEnumerable inner and not string)
            {
                foreach (var text in Texts([.. inner.Cast<object>()]))
                    yield return text;
            }
            else
            {
                yield return LanguagePrimitives.ConvertTo<string>(value);
            }
        }
    }

    /// <summary>A dictionary of <c>key=value</c>.</summary>
    internal static IReadOnlyDictionary<string, string> Read(object[] values, string parameter)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in Texts(values))
        {
            var equals = text.IndexOf('=');
            if (equals <= 0)
                throw new InvalidSettingException(parameter, text, $"{parameter}: '{text}' is not of the form key=value. Use that, or a hashtable.");
            pairs[text[..equals]] = text[(equals + 1)..];
        }

        return pairs;
    }

    /// <summary>Paths and what belongs to each: <c>path[:options]</c>, or hashtables of paths and options.</summary>
    internal static IReadOnlyDictionary<string, string> ReadPaths(object[] values)
    {
        var paths = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var item in values)
        {
            var separator = (item is PSObject wrapped ? wrapped.BaseObject : item) is IDictionary ? '=' : ':';
            foreach (var text in Texts([item]))
            {
                var end = text.IndexOf(separator);
                paths[end < 0 ? text : text[..end]] = end < 0 ? "" : text[(end + 1)..];
            }
        }

        return paths;
    }
}
