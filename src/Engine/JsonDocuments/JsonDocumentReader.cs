using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace ContainerPS.Engine.JsonDocuments;

/// <summary>
/// Reads documents member by member. Written by hand because a start reads a few small documents in a fresh process, where setting up
/// a serializer takes longer than everything else together; and because an error has to name the member.
/// </summary>
internal ref struct JsonDocumentReader
{
    private readonly ReadOnlySpan<byte> _document;
    private readonly string _name;
    private Utf8JsonReader _json;

    /// <summary>Begins to read.</summary>
    /// <param name="document">UTF-8 text.</param>
    /// <param name="name">What errors call it.</param>
    internal JsonDocumentReader(ReadOnlySpan<byte> document, string name)
    {
        _document = document.StartsWith("\uFEFF"u8) ? document[3..] : document;
        _name = name;
        _json = new Utf8JsonReader(_document);
    }

    /// <summary>Reads one item of a list or a value of a map.</summary>
    internal delegate T Item<T>(ref JsonDocumentReader reader);

    /// <summary>Reads one member of an object: false when it does not know it.</summary>
    internal delegate bool Member<T>(ref JsonDocumentReader reader, T target);

    /// <summary>Reads the whole document as one object.</summary>
    internal T Document<T>(Member<T> member)
        where T : new() => Document((ref JsonDocumentReader r) => r.Object(member));

    /// <summary>Reads the whole document.</summary>
    internal T Document<T>(Item<T> item)
    {
        try
        {
            Next();
            var result = item(ref this);
            if (_json.Read()) throw Error("ends with something after its closing brace");
            return result;
        }
        catch (JsonException e)
        {
            throw new InvalidSpecException(Where(), $"is not JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}", _name);
        }
        catch (InvalidOperationException)
        {
            // Text that is not UTF-8, or half of a surrogate pair, is found when it is decoded.
            throw Error("is not valid Unicode text");
        }
    }

    /// <summary>Reads an object.</summary>
    internal T Object<T>(Member<T> member)
        where T : new()
    {
        Begin();
        var result = new T();
        while (NextMember())
            if (!member(ref this, result)) Skip();
        return result;
    }

    /// <summary>Begins an object of which more than one member has to be known before it can be made.</summary>
    internal readonly void Begin() => Expect(JsonTokenType.StartObject, "an object");

    /// <summary>True when the object goes on: one of its members is at hand.</summary>
    internal bool NextMember()
    {
        Next();
        return _json.TokenType != JsonTokenType.EndObject;
    }

    /// <summary>Leaves the member or the value at hand unread.</summary>
    internal void Skip()
    {
        if (_json.TokenType == JsonTokenType.PropertyName) Next();
        _json.Skip();
    }

    /// <summary>The error of an object that ends without a member that it must have.</summary>
    internal readonly InvalidSpecException Lacks(string member) => Error($"has no '{member}'");

    /// <summary>Reads a list.</summary>
    internal List<T> List<T>(Item<T> item)
    {
        Expect(JsonTokenType.StartArray, "a list");
        var result = new List<T>();
        while (true)
        {
            Next();
            if (_json.TokenType == JsonTokenType.EndArray) return result;
            result.Add(item(ref this));
        }
    }

    /// <summary>Reads an object whose members are all of a kind.</summary>
    internal Dictionary<string, T> Map<T>(Item<T> item)
    {
        Expect(JsonTokenType.StartObject, "an object");
        var result = new Dictionary<string, T>();
        while (true)
        {
            Next();
            if (_json.TokenType == JsonTokenType.EndObject) return result;
            var key = _json.GetString()!;
            Next();
            result[key] = item(ref this);
        }
    }

    /// <summary>True when the member at hand has that name; its value is at hand then.</summary>
    internal bool Is(ReadOnlySpan<byte> name)
    {
        if (_json.ValueIsEscaped ? !_json.ValueTextEquals(name) : !_json.ValueSpan.SequenceEqual(name)) return false;
        Next();
        return true;
    }

    /// <summary>True when the value at hand is null.</summary>
    internal readonly bool IsNull => _json.TokenType == JsonTokenType.Null;

    /// <summary>Reads text.</summary>
    internal readonly string Text()
    {
        Expect(JsonTokenType.String, "text");
        return _json.GetString()!;
    }

    /// <summary>Reads true or false.</summary>
    internal readonly bool Flag() => _json.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => throw Error("must be true or false"),
    };

    /// <summary>Reads a whole number.</summary>
    internal readonly long Int64() => _json.TokenType == JsonTokenType.Number && _json.TryGetInt64(out var value) ? value : throw Error("must be a whole number");

    /// <summary>Reads a whole number.</summary>
    internal readonly int Int32() => _json.TokenType == JsonTokenType.Number && _json.TryGetInt32(out var value) ? value : throw Error("must be a whole number of 32 bits");

    /// <summary>Reads a whole number that is not negative.</summary>
    internal readonly ulong UInt64() => _json.TokenType == JsonTokenType.Number && _json.TryGetUInt64(out var value) ? value : throw Error("must be a whole number, not negative");

    /// <summary>Reads a whole number that is not negative.</summary>
    internal readonly uint UInt32() => _json.TokenType == JsonTokenType.Number && _json.TryGetUInt32(out var value) ? value : throw Error("must be a whole number of 0 to 4294967295");

    /// <summary>Reads a whole number that is not negative.</summary>
    internal readonly ushort UInt16() => _json.TokenType == JsonTokenType.Number && _json.TryGetUInt16(out var value) ? value : throw Error("must be a whole number of 0 to 65535");

    /// <summary>Reads a number.</summary>
    internal readonly double Double() => _json.TokenType == JsonTokenType.Number && _json.TryGetDouble(out var value) ? value : throw Error("must be a number");

    /// <summary>Reads a moment.</summary>
    internal readonly DateTimeOffset Time() => _json.TokenType == JsonTokenType.String && _json.TryGetDateTimeOffset(out var value) ? value : throw Error("must be a moment, such as 2026-01-31T12:00:00Z");

    /// <summary>Reads how long something takes.</summary>
    internal readonly TimeSpan Duration() => TimeSpan.TryParseExact(Text(), "c", CultureInfo.InvariantCulture, out var value) ? value : throw Error("must be a duration, such as 00:00:10");

    /// <summary>Reads one of some words.</summary>
    internal readonly T Word<T>()
        where T : struct, Enum => Enum.TryParse<T>(Text(), out var value) ? value : throw Error($"must be one of {string.Join(", ", Enum.GetNames<T>())}");

    /// <summary>Reads an IP address.</summary>
    internal readonly IPAddress Address() => IPAddress.TryParse(Text(), out var value) ? value : throw Error("must be an IP address");

    /// <summary>Reads a list of texts.</summary>
    internal List<string> Texts() => List(static (ref JsonDocumentReader item) => item.Text());

    /// <summary>Reads texts by name; in labels of images, some may be null.</summary>
    internal Dictionary<string, string> TextMap() => Map(static (ref JsonDocumentReader item) => item.IsNull ? null! : item.Text());

    private void Next()
    {
        if (!_json.Read()) throw Error("ends too early");
    }

    private readonly void Expect(JsonTokenType type, string what)
    {
        if (_json.TokenType != type) throw Error($"must be {what}");
    }

    private readonly InvalidSpecException Error(string problem) => new(Where(), problem, _name);

    /// <summary>The name of the value at hand, found by reading once more from the beginning.</summary>
    private readonly string Where()
    {
        var path = new List<string>();
        var counts = new List<int>();
        var json = new Utf8JsonReader(_document);
        try
        {
            while (json.Read())
            {
                var isValue = json.TokenType is not (JsonTokenType.PropertyName or JsonTokenType.EndObject or JsonTokenType.EndArray);
                if (isValue && counts.Count > 0 && counts[^1] >= 0) path[^1] = $"[{counts[^1]++}]";
                if (json.TokenType == JsonTokenType.PropertyName) path[^1] = "." + json.GetString();
                if (json.TokenStartIndex >= _json.TokenStartIndex) break;
                if (json.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                {
                    path.Add("");
                    counts.Add(json.TokenType == JsonTokenType.StartArray ? 0 : -1);
                }
                else if (json.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
                {
                    path.RemoveAt(path.Count - 1);
                    counts.RemoveAt(counts.Count - 1);
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // What was read before the damage is as near as one can say.
        }

        var result = new StringBuilder().AppendJoin("", path).ToString().TrimStart('.');
        return result.Length == 0 ? "the document" : result;
    }
}
