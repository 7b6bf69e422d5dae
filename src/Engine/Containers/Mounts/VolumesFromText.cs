namespace ContainerPS.Engine.Containers;

/// <summary>What <c>-VolumesFrom</c> takes: <c>container[:ro|rw|z|Z]</c>.</summary>
internal static class VolumesFromText
{
    /// <summary>The container, and whether its volumes are only read.</summary>
    /// <exception cref="InvalidSettingException">It names no container, or a mode that there is not.</exception>
    internal static (string Container, bool ReadOnly) Parse(string text, string parameter)
    {
        var colon = text.IndexOf(':');
        var (container, mode) = colon < 0 ? (text, "rw") : (text[..colon], text[(colon + 1)..]);
        var words = mode.Split(',');
        if (container.Length > 0 && words.All(static word => word is "ro" or "rw" or "z" or "Z") && !(words.Contains("ro") && words.Contains("rw"))) return (container, words.Contains("ro"));
        throw new InvalidSettingException(parameter, text, $"{parameter}: '{text}' is not of the form container[:ro]. Give a container's name or id, and ':ro' when it is only to read them.");
    }
}
