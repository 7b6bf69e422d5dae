using System.Globalization;

namespace ContainerPS.Engine.Containers;

/// <summary>
/// Sizes as Docker's command line takes them: a number, then perhaps a space, then a unit of one to three letters in any case.
/// <c>200MB</c>, <c>200M</c> and <c>200MiB</c> are the same.
/// </summary>
internal static class ByteSize
{
    private const string Form = "Use a number and a unit, such as 200MB, 512k or 1.5g.";
    private const string Units = "kmgtp";

    /// <summary>Bytes of a size of memory or disk: k is 1024, m is 1024 k, and so on.</summary>
    /// <exception cref="InvalidSettingException">It is not a size, or it is negative or too large.</exception>
    internal static long ParseBinary(string text, string parameter) => Parse(text, parameter, 1024);

    /// <summary>Bytes of a size as disks are sold: k is 1000, m is 1000 k, and so on.</summary>
    /// <exception cref="InvalidSettingException">It is not a size, or it is negative or too large.</exception>
    internal static long ParseDecimal(string text, string parameter) => Parse(text, parameter, 1000);

    /// <summary>As <see cref="ParseBinary"/>, and <c>-1</c> for "unlimited".</summary>
    /// <exception cref="InvalidSettingException">It is not a size, or it is negative or too large.</exception>
    internal static long ParseBinaryOrUnlimited(string text, string parameter) => text == "-1" ? -1 : ParseBinary(text, parameter);

    private static long Parse(string text, string parameter, int thousand)
    {
        // The unit begins after the last digit, point or space, so that a number may have an exponent.
        var end = text.AsSpan().LastIndexOfAny("0123456789. ");
        if (end < 0 || !TryParseUnit(text.AsSpan(end + 1), thousand, out var factor))
            throw Invalid(text, parameter);
        var number = text.AsSpan(0, text[end] == ' ' ? end : end + 1);
        if (!double.TryParse(number, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var value)
            || double.IsNaN(value) || value < 0)
        {
            throw Invalid(text, parameter);
        }

        value *= factor;
        if (value >= long.MaxValue)
            throw new InvalidSettingException(parameter, text, $"{parameter}: '{text}' is too large. The most is {long.MaxValue} bytes.");
        return (long)value;
    }

    // Nothing, b, k, kb or kib: the letters of Units are powers one to five.
    private static bool TryParseUnit(ReadOnlySpan<char> unit, int thousand, out double factor)
    {
        factor = 1;
        if (unit.Length == 0 || unit.Equals("b", StringComparison.OrdinalIgnoreCase))
            return true;
        var power = Units.IndexOf(char.ToLowerInvariant(unit[0])) + 1;
        for (var i = 0; i < power; i++)
            factor *= thousand;
        var rest = unit[1..];
        return power > 0 && (rest.Length == 0 || rest.Equals("b", StringComparison.OrdinalIgnoreCase) || rest.Equals("ib", StringComparison.OrdinalIgnoreCase));
    }

    private static InvalidSettingException Invalid(string text, string parameter) =>
        new(parameter, text, $"{parameter}: '{text}' is not a size. {Form}");
}
