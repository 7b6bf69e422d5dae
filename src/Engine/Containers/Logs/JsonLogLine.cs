using System.Text;
using System.Text.Json;

namespace ContainerPS.Engine.Containers;

/// <summary>Reads one record of a log in Docker's json-file form.</summary>
internal static class JsonLogLine
{
    /// <summary>Parses a line; false when it is damaged (a power cut may leave such a line).</summary>
    /// <param name="line">The JSON text without its line end.</param>
    /// <param name="record">The record; its text ends without a line end.</param>
    /// <param name="ended">False when the container's line goes on in the next record of the same stream.</param>
    internal static bool TryParse(ReadOnlySpan<byte> line, out ContainerLogLine record, out bool ended)
    {
        record = null!;
        ended = false;
        string? text = null;
        var stream = OutputStream.Stdout;
        DateTimeOffset time = default;
        try
        {
            var reader = new Utf8JsonReader(line);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isLog = reader.ValueTextEquals("log"u8);
                var isStream = reader.ValueTextEquals("stream"u8);
                var isTime = reader.ValueTextEquals("time"u8);
                reader.Read();
                if (isLog) text = reader.GetString();
                else if (isStream) stream = reader.ValueTextEquals("stderr"u8) ? OutputStream.Stderr : OutputStream.Stdout;
                else if (isTime) time = reader.GetDateTimeOffset();
                else reader.Skip();
            }
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            return false;
        }

        if (text is null) return false;
        ended = text.EndsWith('\n');
        if (ended) text = text[..^(text.EndsWith("\r\n", StringComparison.Ordinal) ? 2 : 1)];
        record = new ContainerLogLine(time, stream, text);
        return true;
    }
}
