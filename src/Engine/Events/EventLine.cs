using System.Buffers;
using System.Text.Json;

namespace ContainerPS.Engine.Events;

/// <summary>One event as a line of JSON: <c>{"time":"…","type":"container","action":"create","id":"…","name":"…","attributes":{…}}</c>.</summary>
internal static class EventLine
{
    // A quote inside a JSON string is escaped: these bytes are nowhere but at the beginning of a line.
    private static ReadOnlySpan<byte> Beginning => "{\"time\":\""u8;

    /// <summary>Writes one event with its line end.</summary>
    internal static void Write(IBufferWriter<byte> output, DateTime time, ContainerEventType type, string action, string id, string? name, ReadOnlySpan<(string Key, string? Value)> attributes)
    {
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("time"u8, time);
            json.WriteString("type"u8, TextOf(type));
            json.WriteString("action"u8, action);
            json.WriteString("id"u8, id);
            if (name is not null) json.WriteString("name"u8, name);
            WriteAttributes(json, attributes);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    /// <summary>Reads a line without its end; null when it is damaged.</summary>
    internal static ContainerEvent? Parse(ReadOnlySpan<byte> line)
    {
        // On a full disk a line may have been written in part: the next one then follows on it.
        var start = line.LastIndexOf(Beginning);
        if (start < 0) return null;
        try
        {
            return Read(line[start..]);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    private static void WriteAttributes(Utf8JsonWriter json, ReadOnlySpan<(string Key, string? Value)> attributes)
    {
        var opened = false;
        foreach (var (key, value) in attributes)
        {
            if (value is null) continue;
            if (!opened) json.WriteStartObject("attributes"u8);
            opened = true;
            json.WriteString(key, value);
        }

        if (opened) json.WriteEndObject();
    }

    private static ContainerEvent? Read(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line);
        DateTimeOffset time = default;
        ContainerEventType? type = null;
        string? action = null, id = null, name = null;
        var attributes = new Dictionary<string, string>();
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var property = reader.GetString();
            reader.Read();
            switch (property)
            {
                case "time": time = reader.GetDateTimeOffset(); break;
                case "type": type = TypeOf(ref reader); break;
                case "action": action = reader.GetString(); break;
                case "id": id = reader.GetString(); break;
                case "name": name = reader.GetString(); break;
                case "attributes": ReadAttributes(ref reader, attributes); break;
                default: reader.Skip(); break;
            }
        }

        if (reader.TokenType != JsonTokenType.EndObject || type is null || action is null || id is null) return null;
        return new ContainerEvent { Time = time, Type = type.Value, Action = action, Id = id, Name = name, Attributes = attributes };
    }

    private static void ReadAttributes(ref Utf8JsonReader reader, Dictionary<string, string> attributes)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            reader.Read();
            attributes[key] = reader.GetString()!;
        }
    }

    private static ReadOnlySpan<byte> TextOf(ContainerEventType type) => type switch
    {
        ContainerEventType.Container => "container"u8,
        ContainerEventType.Image => "image"u8,
        ContainerEventType.Volume => "volume"u8,
        ContainerEventType.Network => "network"u8,
        _ => "engine"u8,
    };

    private static ContainerEventType? TypeOf(ref Utf8JsonReader reader)
    {
        for (var type = ContainerEventType.Container; type <= ContainerEventType.Engine; type++)
            if (reader.ValueTextEquals(TextOf(type))) return type;
        return null;
    }
}
