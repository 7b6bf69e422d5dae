using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ContainerPS.Engine.Tests.Runtime.Fuzzing;

/// <summary>A config.json that something was done to.</summary>
/// <param name="Document">Its bytes; not always JSON.</param>
/// <param name="Changes">What was done, for a failed test: the place and the kind of change.</param>
/// <param name="Place">The one member that was changed, such as <c>mounts[1].options[0]</c>; null when there were several, or the text was.</param>
internal sealed record MutatedSpec(byte[] Document, string Changes, string? Place);

/// <summary>Makes malformed documents of good ones. The same seed makes the same ones.</summary>
internal sealed class SpecMutator(IReadOnlyList<string> documents, int seed)
{
    // What JsonNode cannot hold is put in by a mark that the finished text has it exchanged for.
    private const string Mark = "\u0001raw:";

    private static readonly string[] s_values =
    [
        "null", "true", "false", "0", "1", "-1", "2", "7", "1.5", "-0", "1e3", "1e400", "65536", "2147483648", "-2147483649", "4294967295", "4294967296",
        "9223372036854775807", "9223372036854775808", "-9223372036854775808", "18446744073709551615", "18446744073709551616", "[]", "{}", "[null]", "[[]]", "[{}]", "[\"\"]", "{\"\":null}",
        "\"\"", "\" \"", "\"\\u0000\"", "\"a\\u0000b\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\n\"", "\"%s%n\"", "\"\\ud83d\\ude00\"", "\"..\"", "\"0x10\"", "\"-1\"", "\"\\u202e\"",
    ];

    private readonly JsonNode[] _documents = [.. documents.Select(d => JsonNode.Parse(d)!)];
    private readonly Random _random = new(seed);

    /// <summary>The next document.</summary>
    internal MutatedSpec Next()
    {
        var root = _documents[_random.Next(_documents.Length)].DeepClone();
        if (_random.Next(12) == 0) return MutateText(root);
        var count = _random.Next(4) == 0 ? 2 + _random.Next(3) : 1;
        var changes = new List<(string Place, string Kind)>();
        for (var i = 0; i < count; i++) changes.Add(MutateTree(root));
        // What was given another's name concerns that one, too.
        var isOne = count == 1 && !changes[0].Kind.StartsWith("named", StringComparison.Ordinal);
        return new MutatedSpec(
            Encoding.UTF8.GetBytes(ToText(root)),
            string.Join(", ", changes.Select(c => $"{c.Place}: {c.Kind}")),
            isOne ? changes[0].Place : null);
    }

    private (string Place, string Kind) MutateTree(JsonNode root)
    {
        var (parent, place) = Choose(root);
        return parent is JsonObject o ? MutateMember(o, place) : MutateItem((JsonArray)parent, place);
    }

    private (string Place, string Kind) MutateMember(JsonObject parent, string path)
    {
        var name = parent.ElementAt(_random.Next(parent.Count)).Key;
        var place = path.Length == 0 ? name : $"{path}.{name}";
        switch (_random.Next(10))
        {
            case 0:
                parent.Remove(name);
                return (place, "removed");
            case 1:
                // The second of the same name: readers take the last one, or refuse.
                parent[name] = Raw($"{parent[name]?.ToJsonString() ?? "null"},{Quote(name)}:{AnyValue()}");
                return (place, "twice");
            case 2:
                var other = _random.Next(4) switch { 0 => name.ToUpperInvariant(), 1 => name + "x", 2 => "", _ => parent.ElementAt(_random.Next(parent.Count)).Key };
                var value = parent[name]?.DeepClone();
                parent.Remove(name);
                parent[other] = value;
                return (place, $"named {other}");
            default:
                var (replacement, kind) = Replace(parent[name], parent.Root);
                parent[name] = replacement;
                return (place, kind);
        }
    }

    private (string Place, string Kind) MutateItem(JsonArray parent, string path)
    {
        var index = _random.Next(parent.Count);
        var place = string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]");
        switch (_random.Next(10))
        {
            case 0:
                parent.RemoveAt(index);
                return (path, $"without [{index}]");
            case 1:
                parent.Insert(index, null);
                return (place, "null inserted");
            case 2:
                parent.Add(parent[index]?.DeepClone());
                return (path, $"[{index}] repeated");
            case 3 when _random.Next(4) == 0:
                var item = parent[index]?.DeepClone();
                for (var i = 0; i < 3000; i++) parent.Add(item?.DeepClone());
                return (path, $"[{index}] repeated 3000 times");
            case 4:
                var target = _random.Next(parent.Count);
                var (a, b) = (parent[index]?.DeepClone(), parent[target]?.DeepClone());
                (parent[index], parent[target]) = (b, a);
                return (path, $"[{index}] exchanged with [{target}]");
            default:
                var (replacement, kind) = Replace(parent[index], parent.Root);
                parent[index] = replacement;
                return (place, kind);
        }
    }

    /// <summary>Another value for a place: often of the same type, as those get past the reader.</summary>
    private (JsonNode? Value, string Kind) Replace(JsonNode? old, JsonNode root)
    {
        var type = IsRaw(old) ? JsonValueKind.Undefined : old?.GetValueKind();
        switch (_random.Next(8))
        {
            case 0 or 1 when type == JsonValueKind.String:
                var text = old!.GetValue<string>();
                var changed = _random.Next(7) switch
                {
                    0 => text.ToUpperInvariant(),
                    1 => text.ToLowerInvariant(),
                    2 => text + "x",
                    3 => text.Length > 1 ? text[1..] : "",
                    4 => text + "/",
                    5 => "/" + text,
                    _ => text + "=1",
                };
                return (changed, $"text {changed}");
            case 2 or 3 when type == JsonValueKind.String:
                var borrowed = AnyText(root);
                return (borrowed, $"text {borrowed}");
            case 0 or 1 or 2 when type == JsonValueKind.Number:
                var number = s_values[3 + _random.Next(19)];
                return (Raw(number), number);
            case 4 when _random.Next(3) == 0:
                var length = _random.Next(2) == 0 ? 300 : 70_000;
                return (new string('a', length), $"text of {length} bytes");
            case 5 when _random.Next(6) == 0:
                var depth = _random.Next(2) == 0 ? 50 : 2000;
                return (Raw(new string('[', depth) + new string(']', depth)), $"{depth} lists in lists");
            case 6 when _random.Next(3) == 0:
                return (Raw(AnyNode(root)?.ToJsonString() ?? "null"), "the value of another place");
            default:
                var raw = AnyValue();
                return (Raw(raw), raw);
        }
    }

    private MutatedSpec MutateText(JsonNode root)
    {
        var bytes = new List<byte>(Encoding.UTF8.GetBytes(ToText(root)));
        var at = _random.Next(bytes.Count);
        string change;
        switch (_random.Next(9))
        {
            case 0:
                bytes.RemoveRange(at, bytes.Count - at);
                change = "cut";
                break;
            case 1:
                bytes.InsertRange(0, "\uFEFF"u8);
                change = "byte order mark";
                break;
            case 2:
                bytes.InsertRange(at, "/* comment */"u8);
                change = "comment";
                break;
            case 3:
                bytes[at] = (byte)_random.Next(256);
                change = $"byte {bytes[at]}";
                break;
            case 4:
                bytes.InsertRange(at, (ReadOnlySpan<byte>)[0xff, 0xc0, 0x80]);
                change = "bytes that are not UTF-8";
                break;
            case 5:
                bytes.Insert(at, 0);
                change = "zero byte";
                break;
            case 6:
                bytes.AddRange("{}"u8);
                change = "something after the end";
                break;
            case 7:
                bytes.RemoveRange(at, Math.Min(bytes.Count - at, 1 + _random.Next(20)));
                change = "some bytes removed";
                break;
            default:
                bytes.InsertRange(at, (ReadOnlySpan<byte>)[(byte)"{}[]\",:\\"[_random.Next(8)]]);
                change = "punctuation";
                break;
        }

        return new MutatedSpec([.. bytes], $"text at {at}: {change}", null);
    }

    /// <summary>An object or list that is not empty, at any depth: lists of system calls are long, and there is more to try.</summary>
    private (JsonNode Parent, string Path) Choose(JsonNode root)
    {
        var (node, path) = (root, "");
        while (true)
        {
            var (child, childPath) = node switch
            {
                JsonObject o when o.ElementAt(_random.Next(o.Count)) is var (key, value) => (value, path.Length == 0 ? key : $"{path}.{key}"),
                JsonArray a when _random.Next(a.Count) is var i => (a[i], string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]")),
                _ => (null, path),
            };
            if (child is not (JsonObject { Count: > 0 } or JsonArray { Count: > 0 }) || _random.Next(path.Length == 0 ? 16 : 4) == 0) return (node, path);
            (node, path) = (child, childPath);
        }
    }

    private JsonNode? AnyNode(JsonNode root)
    {
        var (parent, _) = Choose(root);
        return parent is JsonObject o ? o.ElementAt(_random.Next(o.Count)).Value : parent[_random.Next(((JsonArray)parent).Count)];
    }

    private string AnyText(JsonNode root)
    {
        for (var i = 0; i < 20; i++)
            if (AnyNode(root) is JsonValue value && !IsRaw(value) && value.TryGetValue<string>(out var text)) return text;
        return "x";
    }

    private string AnyValue() => s_values[_random.Next(s_values.Length)];

    private static JsonNode Raw(string json) => JsonValue.Create(Mark + Convert.ToBase64String(Encoding.UTF8.GetBytes(json)));

    private static bool IsRaw(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) && text.StartsWith(Mark, StringComparison.Ordinal);

    private static string Quote(string text) => JsonValue.Create(text).ToJsonString();

    private static string ToText(JsonNode root)
    {
        var mark = Quote(Mark)[..^1];
        var text = root.ToJsonString();
        for (var start = text.IndexOf(mark, StringComparison.Ordinal); start >= 0; start = text.IndexOf(mark, start, StringComparison.Ordinal))
        {
            var end = text.IndexOf('"', start + mark.Length);

            // Base64's plus sign is written as an escape.
            var raw = Encoding.UTF8.GetString(Convert.FromBase64String(JsonSerializer.Deserialize<string>(text[start..(end + 1)])![Mark.Length..]));
            text = string.Concat(text.AsSpan(0, start), raw, text.AsSpan(end + 1));
        }

        return text;
    }
}
