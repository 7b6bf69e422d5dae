using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Internal;
using System.Management.Automation.Language;
using System.Numerics;
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
        Write(value, depth: 0);
        return _text.ToString();
    }

    private void Write(object? value, int depth)
    {
        cancellation.ThrowIfCancellationRequested();
        var wrapper = value as PSObject;
        object? plain = PSObject.Base(value);
        if (plain is null || ReferenceEquals(plain, AutomationNull.Value) || plain is NullString or DBNull)
        {
            _text.Append("null");
            return;
        }

        if (TryWriteScalar(plain))
            return;

        if (depth > maximumDepth)
        {
            Truncated = true;
            Quote(plain is PSCustomObject && wrapper is not null ? LanguagePrimitives.ConvertTo<string>(wrapper) : LanguagePrimitives.ConvertTo<string>(plain));
            return;
        }

        switch (plain)
        {
            case IDictionary dictionary:
                WriteObject(Entries(dictionary).Concat(wrapper is null ? [] : Extended(wrapper)), depth);
                break;
            case IEnumerable list:
                WriteArray(list, depth);
                break;
            default:
                WriteObject(Properties(plain, wrapper), depth);
                break;
        }
    }

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
            case byte or sbyte or short or ushort or int or uint or long or ulong:
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
            yield return (LanguagePrimitives.ConvertTo<string>(entry.Key), entry.Value);
    }

    private static IEnumerable<(string Name, object? Value)> Extended(PSObject wrapper) =>
        wrapper.InstanceMembers is null ? [] : wrapper.InstanceMembers.OfType<PSPropertyInfo>().Where(property => !property.IsHidden).Select(property => (property.Name, Get(property)));

    private static IEnumerable<(string Name, object? Value)> Properties(object plain, PSObject? wrapper)
    {
        if (plain is PSCustomObject)
            return wrapper!.Properties.Where(property => !property.IsHidden).Select(property => (property.Name, Get(property)));
        // Of a .NET object its own public members count, and what a script has added to this very object.
        IEnumerable<(string, object?)> own = new PSObject(plain).Members
            .Where(member => member.MemberType == PSMemberTypes.Property)
            .OfType<PSPropertyInfo>().Where(property => property.IsGettable).Select(property => (property.Name, Get(property)));
        return wrapper is null ? own : own.Concat(Extended(wrapper));
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

    private void WriteObject(IEnumerable<(string Name, object? Value)> members, int depth)
    {
        _text.Append('{');
        bool any = false;
        foreach ((string name, object? value) in members)
        {
            if (any)
                _text.Append(',');
            any = true;
            Line(depth + 1);
            Quote(name);
            _text.Append(compress ? ":" : ": ");
            Write(value, depth + 1);
        }

        if (any)
            Line(depth);
        _text.Append('}');
    }

    private void WriteArray(IEnumerable list, int depth)
    {
        _text.Append('[');
        bool any = false;
        foreach (object? item in list)
        {
            if (any)
                _text.Append(',');
            any = true;
            Line(depth + 1);
            Write(item, depth + 1);
        }

        if (any)
            Line(depth);
        _text.Append(']');
    }

    private void Line(int depth)
    {
        if (!compress)
            _text.Append('\n').Append(' ', depth * 2);
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
