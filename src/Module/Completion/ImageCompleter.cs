namespace ContainerPS.Module;

/// <summary>Images with their tags.</summary>
public sealed class ImageCompleter : CompleterBase
{
    /// <inheritdoc/>
    private protected override IEnumerable<(string Text, string Tooltip)> Candidates(string word)
    {
        foreach (var image in OpenEngine()?.Images.List() ?? [])
        {
            // "latest" is meant where no tag is given.
            var name = image is { Tag: "latest", Repository: { } repository } && !word.Contains(':') ? repository : image.Repository is null ? image.ShortId : image.Name;
            yield return (name, $"{image.ShortId}, {image.Platform}");
        }
    }
}
