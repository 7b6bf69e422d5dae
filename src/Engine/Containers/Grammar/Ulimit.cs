using System.Globalization;

namespace ContainerPS.Engine.Containers;

/// <summary>Resource limits as Docker's command line takes them: <c>name=soft[:hard]</c>, -1 for unlimited; hard is soft when left out.</summary>
internal static class Ulimit
{
    private static readonly string[] s_names =
    [
        "core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc", "rss", "rtprio", "rttime", "sigpending", "stack",
    ];

    /// <summary>Reads a limit.</summary>
    /// <exception cref="InvalidSettingException">It is not of that form, or the soft limit is above the hard one.</exception>
    internal static UlimitSetting Parse(string text, string parameter)
    {
        var equals = text.IndexOf('=');
        if (equals < 0)
            throw Invalid(text, parameter, "is not a limit");
        var name = text[..equals];
        if (!s_names.Contains(name))
            throw new InvalidSettingException(parameter, text, $"{parameter}: there is no limit '{name}'. Use one of {string.Join(", ", s_names)}.");

        var values = text.AsSpan(equals + 1);
        var colon = values.IndexOf(':');
        if (!TryParse(colon < 0 ? values : values[..colon], out var soft))
            throw Invalid(text, parameter, "has no number as its soft limit");
        var hard = soft;
        if (colon >= 0 && !TryParse(values[(colon + 1)..], out hard))
            throw Invalid(text, parameter, "has no number as its hard limit");
        if (hard != -1 && (soft == -1 || soft > hard))
            throw Invalid(text, parameter, "has a soft limit above its hard limit");
        return new(name, soft, hard);
    }

    private static bool TryParse(ReadOnlySpan<char> number, out long value) =>
        long.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    private static InvalidSettingException Invalid(string text, string parameter, string fault) =>
        new(parameter, text, $"{parameter}: '{text}' {fault}. Use name=soft or name=soft:hard, such as nofile=1024:2048; -1 is unlimited.");
}
