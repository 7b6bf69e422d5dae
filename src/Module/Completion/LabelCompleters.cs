namespace ContainerPS.Module;

/// <summary>Labels that containers have.</summary>
public sealed class ContainerLabelCompleter : CompleterBase
{
    /// <inheritdoc/>
    private protected override IEnumerable<(string Text, string Tooltip)> Candidates(string word) =>
        Labels.Of(OpenEngine()?.Containers.List(static _ => { }).Select(static container => (container.Labels, container.Name)));
}

/// <summary>Labels that images have.</summary>
public sealed class ImageLabelCompleter : CompleterBase
{
    /// <inheritdoc/>
    private protected override IEnumerable<(string Text, string Tooltip)> Candidates(string word) =>
        Labels.Of(OpenEngine()?.Images.List().Select(static image => (image.Labels, image.Name)));
}

/// <summary>Labels that volumes have.</summary>
public sealed class VolumeLabelCompleter : CompleterBase
{
    /// <inheritdoc/>
    private protected override IEnumerable<(string Text, string Tooltip)> Candidates(string word) =>
        Labels.Of(OpenEngine()?.Volumes.List(damaged: static _ => { }).Select(static volume => (volume.Labels, volume.Name)));
}

/// <summary>Labels as they are asked for.</summary>
internal static class Labels
{
    /// <summary>Each as <c>key=value</c>, once, with who has it.</summary>
    internal static IEnumerable<(string Text, string Tooltip)> Of(IEnumerable<(IReadOnlyDictionary<string, string> Labels, string Owner)>? things) =>
        (things ?? [])
            .SelectMany(static thing => thing.Labels.Select(label => (Text: label.Value.Length == 0 ? label.Key : $"{label.Key}={label.Value}", thing.Owner)))
            .GroupBy(static label => label.Text, static label => label.Owner)
            .OrderBy(static label => label.Key, StringComparer.Ordinal)
            .Select(static label => (label.Key, string.Join(", ", label.Take(5)) + (label.Count() > 5 ? ", …" : "")));
}
