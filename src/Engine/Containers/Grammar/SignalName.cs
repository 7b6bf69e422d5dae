using System.Globalization;

namespace ContainerPS.Engine.Containers;

/// <summary>
/// Signals by name or number (man 7 signal): <c>SIGTERM</c>, <c>term</c>, <c>15</c>, <c>SIGRTMIN+3</c>, <c>RTMAX-1</c>.
/// The numbers are those of all processors we run on.
/// </summary>
internal static class SignalName
{
    // 32 and 33 belong to the C library's threads.
    private const int SIGRTMIN = 34;
    private const int SIGRTMAX = 64;

    // By number, from 1.
    private static readonly string[] s_names =
    [
        "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT",
        "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
    ];

    /// <summary>Names of the ordinary signals, with <c>SIG</c>, in the order of their numbers.</summary>
    internal static IReadOnlyList<string> Names { get; } = Array.ConvertAll(s_names, name => "SIG" + name);

    /// <summary>Number of a signal.</summary>
    /// <exception cref="InvalidSettingException">There is no such signal.</exception>
    internal static int Parse(string text, string parameter) =>
        TryParse(text, out var number) ? number : throw new InvalidSettingException(
            parameter,
            text,
            $"{parameter}: there is no signal '{text}'. Use a name such as SIGTERM, TERM or SIGRTMIN+3, or a number from 1 to {SIGRTMAX}.");

    /// <summary>Number of a signal: false when there is none.</summary>
    internal static bool TryParse(ReadOnlySpan<char> text, out int number)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number))
            return number is >= 1 and <= SIGRTMAX;
        if (text.StartsWith("SIG", StringComparison.OrdinalIgnoreCase))
            text = text[3..];
        if (text.StartsWith("RTMIN", StringComparison.OrdinalIgnoreCase))
            return TryParseRealTime(text[5..], '+', SIGRTMIN, out number);
        if (text.StartsWith("RTMAX", StringComparison.OrdinalIgnoreCase))
            return TryParseRealTime(text[5..], '-', SIGRTMAX, out number);

        for (number = 1; number <= s_names.Length; number++)
        {
            if (text.Equals(s_names[number - 1], StringComparison.OrdinalIgnoreCase))
                return true;
        }

        // Second names of three.
        number = text switch
        {
            _ when text.Equals("IOT", StringComparison.OrdinalIgnoreCase) => 6,
            _ when text.Equals("CLD", StringComparison.OrdinalIgnoreCase) => 17,
            _ when text.Equals("POLL", StringComparison.OrdinalIgnoreCase) => 29,
            _ => 0,
        };
        return number != 0;
    }

    /// <summary>Name of a signal, such as <c>SIGTERM</c> or <c>SIGRTMIN+3</c>; the number itself when it has none.</summary>
    internal static string Format(int number) => number switch
    {
        >= 1 and <= 31 => "SIG" + s_names[number - 1],
        SIGRTMIN => "SIGRTMIN",
        SIGRTMAX => "SIGRTMAX",
        > SIGRTMIN and <= SIGRTMIN + 15 => $"SIGRTMIN+{number - SIGRTMIN}",
        > SIGRTMIN and < SIGRTMAX => $"SIGRTMAX-{SIGRTMAX - number}",
        _ => number.ToString(CultureInfo.InvariantCulture),
    };

    private static bool TryParseRealTime(ReadOnlySpan<char> offset, char sign, int from, out int number)
    {
        number = from;
        if (offset.Length == 0)
            return true;
        if (offset[0] != sign || !int.TryParse(offset[1..], NumberStyles.None, CultureInfo.InvariantCulture, out var distance))
            return false;
        number = sign == '+' ? from + distance : from - distance;
        return distance <= SIGRTMAX - SIGRTMIN;
    }
}
