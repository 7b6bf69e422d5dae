using System.Buffers;
using System.Text.Json;

namespace ContainerPS.Engine.JsonDocuments;

/// <summary>Writes documents member by member, for the reason that <see cref="JsonDocumentReader"/> gives. What is null, false or empty is left out.</summary>
internal static class JsonDocumentWriter
{
    // What is written is right by how it is written, and tested.
    private static readonly JsonWriterOptions s_options = new() { SkipValidation = true };

    /// <summary>The document whose members somebody writes.</summary>
    /// <param name="members">Writes the members of its one object.</param>
    /// <param name="expected">About how many bytes it has.</param>
    internal static ReadOnlySpan<byte> Write(Action<Utf8JsonWriter> members, int expected = 1024)
    {
        var buffer = new ArrayBufferWriter<byte>(expected);
        using (var json = new Utf8JsonWriter(buffer, s_options))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan;
    }

    /// <summary>Writes a text.</summary>
    internal static void Text(this Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null) json.WriteString(name, value);
    }

    /// <summary>Writes true.</summary>
    internal static void Flag(this Utf8JsonWriter json, ReadOnlySpan<byte> name, bool value)
    {
        if (value) json.WriteBoolean(name, value);
    }

    /// <summary>Writes a whole number.</summary>
    internal static void Number(this Utf8JsonWriter json, ReadOnlySpan<byte> name, int? value)
    {
        if (value is { } number) json.WriteNumber(name, number);
    }

    /// <summary>Writes a list of texts.</summary>
    internal static void Texts(this Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<string> values)
    {
        if (values.Count == 0) return;
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }

    /// <summary>Writes texts by name.</summary>
    internal static void TextMap(this Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyDictionary<string, string>? values)
    {
        if (values is null) return;
        json.WriteStartObject(name);
        foreach (var (key, value) in values) json.WriteString(key, value);
        json.WriteEndObject();
    }

    /// <summary>Writes a list of objects.</summary>
    internal static void Objects<T>(this Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<T> values, Action<Utf8JsonWriter, T> members)
    {
        if (values.Count == 0) return;
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStartObject();
            members(json, value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
