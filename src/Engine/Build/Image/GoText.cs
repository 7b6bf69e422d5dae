using System.Globalization;
using System.Text;

namespace ContainerPS.Engine.Build;

/// <summary>Values as Go's fmt writes them: histories of images are full of them, and tools compare them.</summary>
internal static class GoText
{
    /// <summary>A list in quotation marks (<c>%q</c>): <c>["nginx" "-g"]</c>.</summary>
    internal static string Quoted(IReadOnlyList<string> words) => $"[{string.Join(' ', words.Select(Quoted))}]";

    /// <summary>A list (<c>%v</c>): <c>[/bin/bash -c]</c>.</summary>
    internal static string Plain(IEnumerable<string> words) => $"[{string.Join(' ', words)}]";

    /// <summary>A time span (<c>%v</c>): <c>1m30s</c>.</summary>
    internal static string Time(TimeSpan time)
    {
        if (time == TimeSpan.Zero) return "0s";
        if (time < TimeSpan.FromSeconds(1))
        {
            var (unit, ticks) = time < TimeSpan.FromMicroseconds(1) ? ("ns", 0.01m) : time < TimeSpan.FromMilliseconds(1) ? ("µs", 10m) : ("ms", (decimal)TimeSpan.TicksPerMillisecond);
            return (time.Ticks / ticks).ToString("0.#######", CultureInfo.InvariantCulture) + unit;
        }

        var seconds = (decimal)(time.Ticks % TimeSpan.TicksPerMinute) / TimeSpan.TicksPerSecond;
        var text = seconds.ToString("0.#######", CultureInfo.InvariantCulture) + "s";
        var hours = time.Ticks / TimeSpan.TicksPerHour;
        if (time >= TimeSpan.FromMinutes(1)) text = $"{time.Minutes}m{text}";
        return hours > 0 ? string.Create(CultureInfo.InvariantCulture, $"{hours}h{text}") : text;
    }

    /// <summary>A text in quotation marks (<c>%q</c>).</summary>
    internal static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var rune in text.EnumerateRunes())
        {
            switch (rune.Value)
            {
                case '"' or '\\': quoted.Append('\\').Append((char)rune.Value); break;
                case '\a': quoted.Append("\\a"); break;
                case '\b': quoted.Append("\\b"); break;
                case '\f': quoted.Append("\\f"); break;
                case '\n': quoted.Append("\\n"); break;
                case '\r': quoted.Append("\\r"); break;
                case '\t': quoted.Append("\\t"); break;
                case '\v': quoted.Append("\\v"); break;
                case < ' ' or 0x7f: quoted.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}"); break;
                default:
                    if (IsPrintable(rune)) quoted.Append(rune.ToString());
                    else quoted.Append(rune.Value < 0x10000 ? string.Create(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}") : string.Create(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}"));
                    break;
            }
        }

        return quoted.Append('"').ToString();
    }

    private static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
