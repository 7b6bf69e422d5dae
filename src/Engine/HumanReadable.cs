using System.Globalization;

namespace ContainerPS;

/// <summary>Sizes and times as people read them, worded as Docker does.</summary>
public static class HumanReadable
{
    private static readonly string[] s_units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];

    /// <summary>A size with three digits in steps of 1000, such as <c>141 MB</c> or <c>1.02 kB</c>.</summary>
    /// <param name="bytes">Bytes.</param>
    public static string Size(long bytes)
    {
        var value = (double)bytes;
        var unit = 0;
        while (Math.Abs(value) >= 1000)
        {
            value /= 1000;
            unit++;
        }

        // 999.7 would need four digits once rounded: it is 1 of the next unit.
        var rounded = Round(value);
        if (Math.Abs(rounded) >= 1000)
        {
            rounded /= 1000;
            unit++;
        }

        return $"{rounded.ToString("0.##", CultureInfo.InvariantCulture)} {s_units[unit]}";
    }

    /// <summary>A time span in one rounded unit, such as <c>Less than a second</c>, <c>45 seconds</c>, <c>About a minute</c> or <c>3 weeks</c>.</summary>
    /// <param name="duration">The time span; a negative one counts as none.</param>
    public static string Duration(TimeSpan duration)
    {
        var seconds = (long)duration.TotalSeconds;
        var minutes = (long)duration.TotalMinutes;
        var hours = (long)(duration.TotalHours + 0.5);
        return true switch
        {
            _ when seconds < 1 => "Less than a second",
            _ when seconds == 1 => "1 second",
            _ when seconds < 60 => $"{seconds} seconds",
            _ when minutes == 1 => "About a minute",
            _ when minutes < 60 => $"{minutes} minutes",
            _ when hours == 1 => "About an hour",
            _ when hours < 48 => $"{hours} hours",
            _ when hours < 24 * 7 * 2 => $"{hours / 24} days",
            _ when hours < 24 * 30 * 2 => $"{hours / 24 / 7} weeks",
            _ when hours < 24 * 365 * 2 => $"{hours / 24 / 30} months",
            _ => $"{(long)duration.TotalHours / 24 / 365} years",
        };
    }

    /// <summary>How long ago a moment was, such as <c>2 weeks ago</c>.</summary>
    /// <param name="moment">The moment; one yet to come counts as now.</param>
    /// <param name="now">The present.</param>
    public static string Age(DateTimeOffset moment, DateTimeOffset now) => $"{Duration(now - moment)} ago";

    // Three digits. The double's exact value decides what is halfway, as in C's %.3g; a decimal of its own would see halves that are none.
    private static decimal Round(double value)
    {
        var exact = decimal.Parse(value.ToString("F20", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        var digits = Math.Abs(value) switch
        {
            < 10 => 2,
            < 100 => 1,
            _ => 0,
        };
        return Math.Round(exact, digits, MidpointRounding.ToEven);
    }
}
