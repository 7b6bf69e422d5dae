using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Internal;
using System.Management.Automation.Language;
using System.Numerics;
using System.Reflection;
using System.Text;

namespace Microsoft.PowerShell.Commands;

/// <summary>Objects as JSON in PowerShell 7's layout: two blanks a level, enumerations as numbers, dates in ISO 8601.</summary>
internal sealed class JsonText(int maximumDepth, bool enumsAsStrings, bool compress, JsonEscapeHandling escaping, CancellationToken cancellation)
{
    private readonly StringBuilder _text = new();

    /// <summary>True when something lay deeper than the limit and was written as its text.</summary>
    public bool Truncated { get; private set; }

    public string Convert(object? value)
    {
        Write(value, depth: 0, indent: 0);
        return _text.ToString();
    }

    /// <summary>Depth counts objects within objects, indent the levels of the text: what a wrapper adds is a level and no depth.</summary>
    private void Write(object? value, int depth, int indent)
    {
        cancellation.ThrowIfCancellationRequested();
        var wrapper = value as PSObject;
        object? plain = wrapper is null ? value : wrapper.BaseObject;
        if (plain is null || ReferenceEquals(plain, AutomationNull.Value) || plain is NullString or DBNull)
        {
            _text.Append("null");
            return;
        }

        bool isScalar = IsScalar(plain);
        if (!isScalar && depth <= maximumDepth && plain is IDictionary dictionary)
        {
            WriteObject(Entries(dictionary).Concat(Extended(wrapper)), depth, indent);
            return;
        }

        if (!isScalar && depth <= maximumDepth && plain is not IEnumerable)
        {
            WriteObject((plain is PSCustomObject ? [] : Members(plain)).Concat(wrapper is null ? [] : Values(wrapper, PSMemberViewTypes.Extended | PSMemberViewTypes.Adapted)), depth, indent);
            return;
        }

        // A value that carries properties of its own becomes an object that has it as "value".
        List<(string Name, object? Value)> extended = plain is string or DateTime || (wrapper is not null && plain is PSCustomObject) ? [] : [.. Extended(wrapper)];
        if (extended.Count == 0)
            WriteValue(plain, wrapper, depth, indent);
        else
            WriteWrapped(plain, wrapper, extended, depth, indent);
    }

    private void WriteValue(object plain, PSObject? wrapper, int depth, int indent)
    {
        if (TryWriteScalar(plain))
            return;
        if (depth > maximumDepth)
        {
            Truncated = true;
            Quote(LanguagePrimitives.ConvertTo<string>(plain is PSCustomObject && wrapper is not null ? wrapper : plain));
            return;
        }

        WriteArray((IEnumerable)plain, depth, indent);
    }

    private void WriteWrapped(object plain, PSObject? wrapper, List<(string Name, object? Value)> extended, int depth, int indent)
    {
        _text.Append('{');
        Line(indent + 1);
        _text.Append(compress ? "\"value\":" : "\"value\": ");
        WriteValue(plain, wrapper, depth, indent + 1);
        foreach ((string name, object? value) in extended)
        {
            _text.Append(',');
            WriteMember(name, value, depth, indent);
        }

        Line(indent);
        _text.Append('}');
    }

    private static bool IsScalar(object value) =>
        value is string or char or bool or Guid or Uri or DateTime or DateTimeOffset or Enum or BigInteger or decimal || value.GetType().IsPrimitive;

    private bool TryWriteScalar(object value)
    {
        switch (value)
        {
            case string text:
                Quote(text);
                return true;
            case bool truth:
                _text.Append(truth ? "true" : "false");
                return true;
            case char letter:
                Quote(letter.ToString());
                return true;
            case Guid:
                Quote(value.ToString()!);
                return true;
            case Uri uri:
                Quote(uri.OriginalString);
                return true;
            case DateTime time:
                Quote(time.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture));
                return true;
            case DateTimeOffset time:
                Quote(time.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture));
                return true;
            case Enum member:
                WriteEnum(member);
                return true;
            case BigInteger number:
                _text.Append(number.ToString(CultureInfo.InvariantCulture));
                return true;
            case double or float:
                WriteFloat(System.Convert.ToDouble(value, CultureInfo.InvariantCulture), value);
                return true;
            case decimal number:
                string digits = number.ToString(CultureInfo.InvariantCulture);
                _text.Append(digits.Contains('.', StringComparison.Ordinal) ? digits : digits + ".0");
                return true;
            case byte or sbyte or short or ushort or int or uint or long or ulong or nint or nuint:
                _text.Append(((IFormattable)value).ToString(null, CultureInfo.InvariantCulture));
                return true;
            default:
                return false;
        }
    }

    private void WriteEnum(Enum member)
    {
        Type underlying = Enum.GetUnderlyingType(member.GetType());
        if (enumsAsStrings)
            Quote(member.ToString());
        else if (underlying == typeof(long) || underlying == typeof(ulong))
            Quote(member.ToString("D"));
        else
            _text.Append(member.ToString("D"));
    }

    private void WriteFloat(double number, object original)
    {
        if (double.IsNaN(number) || double.IsInfinity(number))
        {
            Quote(double.IsNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity");
            return;
        }

        string digits = ((IFormattable)original).ToString("R", CultureInfo.InvariantCulture);
        _text.Append(digits.AsSpan().ContainsAny('.', 'E', 'e') ? digits : digits + ".0");
    }

    private static IEnumerable<(string Name, object? Value)> Entries(IDictionary dictionary)
    {
        foreach (DictionaryEntry entry in dictionary)
        {
            yield return entry.Key is string name
                ? (name, entry.Value)
                : throw new JsonKeyException($"The type '{dictionary.GetType().FullName}' is not supported for serialization or deserialization of a dictionary. Keys must be strings.", dictionary);
        }
    }

    private static IEnumerable<(string Name, object? Value)> Extended(PSObject? wrapper) =>
        wrapper is null ? [] : Values(wrapper, PSMemberViewTypes.Extended);

    private static IEnumerable<(string Name, object? Value)> Values(PSObject wrapper, PSMemberViewTypes view) =>
        new PSMemberInfoIntegratingCollection<PSPropertyInfo>(wrapper, PSObject.GetPropertyCollection(view))
            .Where(property => !property.IsHidden)
            .Select(property => (property.Name, Get(property)));

    /// <summary>Of a .NET object its public fields and properties count.</summary>
    private static IEnumerable<(string Name, object? Value)> Members(object plain)
    {
        foreach (FieldInfo field in plain.GetType().GetFields(BindingFlags.Public | BindingFlags.Instance))
            yield return (field.Name, field.GetValue(plain));
        foreach (PropertyInfo property in plain.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetMethod is { IsPublic: true } getter && getter.GetParameters().Length == 0)
                yield return (property.Name, Get(getter, plain));
        }
    }

    private static object? Get(MethodInfo getter, object plain)
    {
        try
        {
            return getter.Invoke(plain, null);
        }
        catch (TargetInvocationException)
        {
            return null;
        }
    }

    private static object? Get(PSPropertyInfo property)
    {
        try
        {
            return property.Value;
        }
        catch (GetValueException)
        {
            return null;
        }
    }

    private void WriteObject(IEnumerable<(string Name, object? Value)> members, int depth, int indent)
    {
        _text.Append('{');
        var written = new HashSet<string>(StringComparer.Ordinal);
        foreach ((string name, object? value) in members)
        {
            if (!written.Add(name))
                continue;
            if (written.Count > 1)
                _text.Append(',');
            WriteMember(name, value, depth, indent);
        }

        if (written.Count > 0)
            Line(indent);
        _text.Append('}');
    }

    private void WriteMember(string name, object? value, int depth, int indent)
    {
        Line(indent + 1);
        Quote(name);
        _text.Append(compress ? ":" : ": ");
        Write(value, depth + 1, indent + 1);
    }

    private void WriteArray(IEnumerable list, int depth, int indent)
    {
        _text.Append('[');
        bool any = false;
        foreach (object? item in list)
        {
            if (any)
                _text.Append(',');
            any = true;
            Line(indent + 1);
            Write(item, depth + 1, indent + 1);
        }

        if (any)
            Line(indent);
        _text.Append(']');
    }

    private void Line(int indent)
    {
        if (!compress)
            _text.Append('\n').Append(' ', indent * 2);
    }

    private void Quote(string text)
    {
        _text.Append('"');
        foreach (char letter in text)
        {
            switch (letter)
            {
                case '"':
                    _text.Append(escaping == JsonEscapeHandling.EscapeHtml ? "\\u0022" : "\\\"");
                    break;
                case '\\':
                    _text.Append("\\\\");
                    break;
                case '\b':
                    _text.Append("\\b");
                    break;
                case '\f':
                    _text.Append("\\f");
                    break;
                case '\n':
                    _text.Append("\\n");
                    break;
                case '\r':
                    _text.Append("\\r");
                    break;
                case '\t':
                    _text.Append("\\t");
                    break;
                default:
                    if (MustEscape(letter))
                        _text.Append("\\u").Append(((int)letter).ToString("x4", CultureInfo.InvariantCulture));
                    else
                        _text.Append(letter);
                    break;
            }
        }

        _text.Append('"');
    }

    private bool MustEscape(char letter) =>
        letter < ' ' || letter is '\u0085' or '\u2028' or '\u2029'
        || (escaping == JsonEscapeHandling.EscapeNonAscii && letter > 126)
        || (escaping == JsonEscapeHandling.EscapeHtml && letter is '<' or '>' or '&' or '\'');
}

/// <summary>A dictionary has a key that is no text.</summary>
internal sealed class JsonKeyException(string message, IDictionary dictionary) : Exception(message)
{
    public IDictionary Dictionary { get; } = dictionary;
}
