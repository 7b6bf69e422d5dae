using System.Net.Http.Headers;

namespace ContainerPS.Engine.Registries;

/// <summary>What a registry asks for with a 401 (RFC 9110 section 11.6.1).</summary>
/// <param name="Scheme"><c>Basic</c> or <c>Bearer</c>.</param>
/// <param name="Parameters">realm, service, scope, error.</param>
internal sealed record Challenge(string Scheme, IReadOnlyDictionary<string, string> Parameters)
{
    /// <summary>The challenge to answer: a bearer token if that is offered, otherwise basic.</summary>
    internal static Challenge? Choose(HttpHeaderValueCollection<AuthenticationHeaderValue> headers)
    {
        Challenge? basic = null;
        foreach (var header in headers)
        {
            if (header.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)) return new Challenge("Bearer", Read(header.Parameter ?? ""));
            if (header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase)) basic ??= new Challenge("Basic", Read(header.Parameter ?? ""));
        }

        return basic;
    }

    /// <summary>A parameter, or null.</summary>
    internal string? this[string name] => Parameters.TryGetValue(name, out var value) ? value : null;

    /// <summary>Reads <c>name="value",name=value</c>.</summary>
    internal static IReadOnlyDictionary<string, string> Read(string text)
    {
        var result = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var i = 0;
        while (i < text.Length)
        {
            while (i < text.Length && (text[i] is ',' or ' ' or '\t')) i++;
            var start = i;
            while (i < text.Length && text[i] is not ('=' or ',')) i++;
            var name = text[start..i].Trim();
            if (i >= text.Length || text[i] == ',')
            {
                if (name.Length > 0) result.TryAdd(name, "");
                continue;
            }

            i++;
            result.TryAdd(name, ReadValue(text, ref i));
        }

        return result;
    }

    private static string ReadValue(string text, ref int i)
    {
        if (i >= text.Length || text[i] != '"')
        {
            var start = i;
            while (i < text.Length && text[i] != ',') i++;
            return text[start..i].Trim();
        }

        var value = new System.Text.StringBuilder();
        for (i++; i < text.Length && text[i] != '"'; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length) i++;
            value.Append(text[i]);
        }

        i++;
        return value.ToString();
    }
}
