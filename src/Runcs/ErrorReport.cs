using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using ContainerPS.Engine.Linux;

namespace ContainerPS.Runcs;

/// <summary>Reports an error: one line on standard error, and one in the log, in the forms of runc, which others parse.</summary>
internal static class ErrorReport
{
    private const int MaximumLength = 1000;
    private const int LengthOfEnd = 300;

    /// <summary>Writes an error.</summary>
    internal static void Write(GlobalOptions options, string message) => Write(options, "error", message);

    /// <summary>Writes what was asked and could not be given.</summary>
    internal static void Warn(GlobalOptions options, IReadOnlyList<string> warnings)
    {
        foreach (var warning in warnings) Write(options, "warning", warning);
    }

    private static void Write(GlobalOptions options, string level, string text)
    {
        var message = OneLine(text);
        // Standard error is the container's: warnings go there only for a person who looks, or on demand.
        if (level == "error" || options.Debug || (options.Log is null && TerminalSettings.IsTerminal(2))) Output.Write(2, Encoding.UTF8.GetBytes(level == "error" ? $"runcs: {message}\n" : $"runcs: warning: {message}\n"));
        if (options.Log is not { } log) return;
        try
        {
            using var file = new FileStream(log, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
            file.Write(options.LogIsJson ? Json(level, message) : Text(level, message));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The line is on standard error.
        }
    }

    private static byte[] Text(string level, string message) =>
        Encoding.UTF8.GetBytes($"time=\"{Now()}\" level={level} msg=\"{message.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"\n");

    private static byte[] Json(string level, string message)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("level"u8, level);
            json.WriteString("msg"u8, message);
            json.WriteString("time"u8, Now());
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>
    /// A message has values of config.json in it, written by anybody: what would begin a line or order a terminal about is written as
    /// in JSON, and of a long one the middle is left out.
    /// </summary>
    private static string OneLine(string message)
    {
        var result = new StringBuilder(message.Length);
        foreach (var rune in message.EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);
            if (rune.Value == '\n') result.Append("\\n");
            else if (category is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                result.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
            else result.Append(rune.ToString());
        }

        return result.Length <= MaximumLength ? result.ToString() : $"{result.ToString(0, MaximumLength - LengthOfEnd)}…{result.ToString(result.Length - LengthOfEnd, LengthOfEnd)}";
    }

    private static string Now() => DateTimeOffset.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
