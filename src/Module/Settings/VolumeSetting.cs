namespace ContainerPS.Module;

/// <summary>Reads volumes in Docker's short form.</summary>
internal static class VolumeSetting
{
    /// <summary>Volumes whose sources are absolute.</summary>
    /// <param name="texts"><c>[source:]target[:options]</c>.</param>
    /// <param name="parameter">Parameter to name in errors.</param>
    /// <param name="folder">What a source that begins with a dot is relative to.</param>
    internal static IReadOnlyList<VolumeSpec> Read(string[] texts, string parameter, string folder)
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return [.. texts.Select(text => VolumeSpec.Parse(text, parameter).Resolve(folder, home).Validate(text, parameter))];
    }
}
