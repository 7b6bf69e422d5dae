using System.Globalization;

namespace ContainerPS.Engine.Containers;

/// <summary>Restart policies as Docker's command line takes them, <c>on-failure:3</c>; also in PowerShell's spelling, <c>OnFailure:3</c>.</summary>
internal static class RestartText
{
    /// <summary>Reads a policy.</summary>
    /// <exception cref="InvalidSettingException">It is none, or has a count that is wrong or has no place there.</exception>
    internal static RestartPolicy Parse(string text, string parameter)
    {
        var colon = text.IndexOf(':');
        var name = colon < 0 ? text : text[..colon];
        RestartMode? mode = name.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant() switch
        {
            "no" => RestartMode.No,
            "always" => RestartMode.Always,
            "onfailure" => RestartMode.OnFailure,
            "unlessstopped" => RestartMode.UnlessStopped,
            _ => null,
        };
        if (mode is null)
            throw Invalid(text, parameter, "is not a restart policy");
        if (colon < 0)
            return new(mode.Value);
        if (mode != RestartMode.OnFailure)
            throw Invalid(text, parameter, $"gives a count, which '{name}' cannot have");
        if (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var retries))
            throw Invalid(text, parameter, "has a count that is not a whole number of 0 or more");
        return new(mode.Value, retries);
    }

    private static InvalidSettingException Invalid(string text, string parameter, string fault) =>
        new(parameter, text, $"{parameter}: '{text}' {fault}. Use no, always, on-failure, on-failure:COUNT or unless-stopped.");
}
