using System.Globalization;
using System.Management.Automation;
using ContainerPS.Engine.Containers;

namespace ContainerPS.Module;

/// <summary>Reads values in Docker's forms by the engine's grammar; null stays null.</summary>
internal static class TextSetting
{
    /// <summary>Bytes.</summary>
    internal static long? Size(string? text, string parameter) => text is null ? null : ByteSize.ParseBinary(text, parameter);

    /// <summary>Bytes, or -1.</summary>
    internal static long? SizeOrUnlimited(string? text, string parameter) => text is null ? null : ByteSize.ParseBinaryOrUnlimited(text, parameter);

    /// <summary>A length of time: a TimeSpan, a number of seconds, or text such as '1m30s'.</summary>
    internal static TimeSpan? Time(object? value, string parameter)
    {
        value = value is PSObject wrapped ? wrapped.BaseObject : value;
        var time = value switch
        {
            null => (TimeSpan?)null,
            TimeSpan span => span,
            int or long or double or decimal => TimeSpan.FromSeconds(Convert.ToDouble(value, CultureInfo.InvariantCulture)),
            _ when double.TryParse(value.ToString(), CultureInfo.InvariantCulture, out var seconds) => TimeSpan.FromSeconds(seconds),
            _ => Duration.Parse(value.ToString()!, parameter),
        };
        return time < TimeSpan.Zero ? throw new InvalidSettingException(parameter, value, $"{parameter}: '{value}' is negative. Use a time such as 30s or 1m30s.") : time;
    }

    /// <summary>A whole number.</summary>
    internal static long Number(object? value, string parameter) =>
        long.TryParse(value?.ToString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new InvalidSettingException(parameter, value, $"{parameter}: '{value}' is not a whole number.");

    /// <summary>A signal's name or number, as it was given.</summary>
    internal static string? Signal(string? text, string parameter)
    {
        if (text is not null)
            SignalName.Parse(text, parameter);
        return text;
    }

    /// <summary>A point in time: a date and time, or how long ago ('10m').</summary>
    internal static DateTimeOffset? PointInTime(object? value, string parameter)
    {
        // Of what is a number to PowerShell (30s is a short one) only the object around it still knows how it was written.
        var text = value?.ToString();
        value = value is PSObject wrapped ? wrapped.BaseObject : value;
        return value switch
        {
            null => null,
            DateTimeOffset time => time,
            DateTime time => new DateTimeOffset(time),
            TimeSpan ago => DateTimeOffset.Now - ago,
            short seconds when short.TryParse(text, CultureInfo.InvariantCulture, out _) => DateTimeOffset.Now - TimeSpan.FromSeconds(seconds),
            _ when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var time) => time,
            _ when TryAgo(text!, parameter) is { } ago => DateTimeOffset.Now - ago,
            _ => throw new InvalidSettingException(parameter, text, $"{parameter}: '{text}' is no time. Use a date and time such as 2026-01-31T12:00, or how long ago, such as 30s or 1h30m."),
        };
    }

    private static TimeSpan? TryAgo(string text, string parameter)
    {
        try
        {
            return Duration.Parse(text, parameter);
        }
        catch (InvalidSettingException)
        {
            return null;
        }
    }

    /// <summary>Resource limits.</summary>
    internal static IReadOnlyList<UlimitSetting> Ulimits(object[] values, string parameter) =>
        [.. PairSetting.Texts(values).Select(text => Ulimit.Parse(text, parameter))];
}
