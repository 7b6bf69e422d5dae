using System.Globalization;

namespace ContainerPS.Engine.Containers;

/// <summary>Durations as Docker's command line takes them, Go's grammar: one or more numbers with units, such as <c>1m30s</c> or <c>-1.5h</c>.</summary>
internal static class Duration
{
    private const string Form = "Use numbers with units h, m, s, ms, us or ns, such as 30s or 1m30s.";

    /// <summary>A duration; what is finer than 100 nanoseconds is cut off.</summary>
    /// <exception cref="InvalidSettingException">It is not a duration, or longer than 292 years.</exception>
    internal static TimeSpan Parse(string text, string parameter) => TimeSpan.FromTicks(ParseNanoseconds(text, parameter) / TimeSpan.NanosecondsPerTick);

    /// <summary>A duration in nanoseconds.</summary>
    /// <exception cref="InvalidSettingException">It is not a duration, or longer than 292 years.</exception>
    internal static long ParseNanoseconds(string text, string parameter)
    {
        var rest = text.AsSpan();
        var negative = rest.StartsWith("-");
        if (negative || rest.StartsWith("+"))
            rest = rest[1..];

        // The one number that needs no unit.
        if (rest is "0")
            return 0;
        if (rest.Length == 0)
            throw Invalid(text, parameter);

        var sum = 0m;
        while (rest.Length > 0)
            sum += ParsePart(ref rest, text, parameter);

        // The other sign has one nanosecond more, as in every 64-bit number.
        if (sum > (negative ? long.MaxValue + 1m : long.MaxValue))
            throw TooLong(text, parameter);
        return (long)(negative ? -sum : sum);
    }

    private static decimal ParsePart(ref ReadOnlySpan<char> rest, string text, string parameter)
    {
        var length = rest.IndexOfAnyExcept("0123456789.");
        var number = rest[..Math.Max(length, 0)];
        var point = number.IndexOf('.');
        if (length <= 0 || number is "." || (point >= 0 && number[(point + 1)..].Contains('.')))
            throw Invalid(text, parameter);
        rest = rest[length..];

        var unitLength = rest.IndexOfAny("0123456789.");
        var nanoseconds = Nanoseconds(unitLength < 0 ? rest : rest[..unitLength]);
        if (nanoseconds == 0)
            throw Invalid(text, parameter);
        rest = unitLength < 0 ? default : rest[unitLength..];

        // A number with more digits than a decimal holds is far out of range, or its last places count for nothing.
        if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) || value > long.MaxValue + 1m)
            throw TooLong(text, parameter);
        return decimal.Truncate(value * nanoseconds);
    }

    private static long Nanoseconds(ReadOnlySpan<char> unit) => unit switch
    {
        "ns" => 1,
        "us" or "µs" or "μs" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        _ => 0,
    };

    private static InvalidSettingException Invalid(string text, string parameter) =>
        new(parameter, text, $"{parameter}: '{text}' is not a duration. {Form}");

    private static InvalidSettingException TooLong(string text, string parameter) =>
        new(parameter, text, $"{parameter}: '{text}' is too long. The most is 292 years.");
}
