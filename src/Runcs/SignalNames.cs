using System.Globalization;

namespace ContainerPS.Runcs;

/// <summary>Signals by name or number (man 7 signal).</summary>
internal static class SignalNames
{
    private static readonly string[] s_names =
    [
        "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT",
        "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
    ];

    internal static int Parse(string text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 0 and <= 64) return number;
        var name = text.ToUpperInvariant();
        if (name.StartsWith("SIG", StringComparison.Ordinal)) name = name[3..];
        var index = Array.IndexOf(s_names, name);
        if (index >= 0) return index + 1;
        if (name == "RTMIN") return 34;
        if (name == "RTMAX") return 64;
        if (name.StartsWith("RTMIN+", StringComparison.Ordinal) && int.TryParse(name.AsSpan(6), NumberStyles.None, CultureInfo.InvariantCulture, out var plus) && plus <= 30) return 34 + plus;
        if (name.StartsWith("RTMAX-", StringComparison.Ordinal) && int.TryParse(name.AsSpan(6), NumberStyles.None, CultureInfo.InvariantCulture, out var minus) && minus <= 30) return 64 - minus;
        throw new UsageException($"'{text}' is not a signal; give a name such as SIGTERM or a number from 1 to 64");
    }
}
