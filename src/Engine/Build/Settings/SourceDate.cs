using System.Globalization;

namespace ContainerPS.Engine.Build;

/// <summary>SOURCE_DATE_EPOCH (reproducible-builds.org/specs/source-date-epoch): the latest time that anything in the result has.</summary>
internal static class SourceDate
{
    /// <summary>The argument, and the variable.</summary>
    internal const string Name = "SOURCE_DATE_EPOCH";

    /// <summary>The time in seconds since 1970 that a build is given by an argument or the environment; null for none.</summary>
    /// <exception cref="InvalidSettingException">It is no such time.</exception>
    internal static long? Of(BuildSettings settings)
    {
        var text = settings.Arguments.GetValueOrDefault(Name) ?? Environment.GetEnvironmentVariable(Name);
        if (string.IsNullOrEmpty(text)) return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? seconds
            : throw new InvalidSettingException("BuildArgument", text, $"{Name} '{text}' is refused. Give seconds since 1970.");
    }
}
