namespace ContainerPS.Engine.Build;

/// <summary>Where builds of different machines exchange steps: a folder, or an image of a registry.</summary>
/// <param name="Folder">The folder; null for a registry.</param>
/// <param name="Image">The image; null for a folder.</param>
internal sealed record CachePlace(string? Folder, ImageReference? Image)
{
    /// <summary>Reads a path, the name of an image, <c>type=local,src=PATH</c> (or <c>dest=</c>), or <c>type=registry,ref=NAME</c>.</summary>
    /// <param name="text">The text. What begins with <c>/</c>, <c>./</c>, <c>../</c> or <c>~</c>, or is a folder, is a path.</param>
    /// <param name="folder">What paths are relative to.</param>
    /// <param name="parameter">The parameter, for the message.</param>
    /// <exception cref="InvalidSettingException">It is none of these.</exception>
    internal static CachePlace Parse(string text, string folder, string parameter)
    {
        if (!text.Contains('=')) return IsPath(text, folder) ? OfFolder(text, folder) : OfImage(text, parameter);
        string? type = null, path = null, name = null;
        foreach (var part in text.Split(','))
        {
            var equals = part.IndexOf('=');
            var value = equals < 0 ? "" : part[(equals + 1)..];
            switch (equals < 0 ? part : part[..equals].Trim().ToLowerInvariant())
            {
                case "type": type = value; break;
                case "src" or "dest" when value.Length > 0: path = value; break;
                case "ref" when value.Length > 0: name = value; break;
                // Here all steps are given; it is so by itself.
                case "mode" when value is "min" or "max": break;
                default: throw Refused(text, parameter);
            }
        }

        return (type, path, name) switch
        {
            ("local", not null, null) => OfFolder(path, folder),
            ("registry", null, not null) => OfImage(name, parameter),
            _ => throw Refused(text, parameter),
        };
    }

    /// <inheritdoc/>
    public override string ToString() => Folder ?? Image!.ToFamiliarString();

    private static bool IsPath(string text, string folder) =>
        text is "." or ".." || text.StartsWith('/') || text.StartsWith("./", StringComparison.Ordinal) || text.StartsWith("../", StringComparison.Ordinal) || text.StartsWith('~') || Directory.Exists(Path.Combine(folder, text));

    private static CachePlace OfFolder(string path, string folder)
    {
        if (path == "~" || path.StartsWith("~/", StringComparison.Ordinal)) path = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + path[1..];
        return new(Path.GetFullPath(path, folder), null);
    }

    private static CachePlace OfImage(string text, string parameter)
    {
        if (ImageReference.TryParse(text) is not { Digest: null, Domain.Length: > 0 } name) throw Refused(text, parameter);
        return new(null, name.WithDefaultTag());
    }

    private static InvalidSettingException Refused(string text, string parameter) =>
        new(parameter, text, $"-{parameter} '{text}' is refused. Give a folder (./NAME), the name of an image in a registry, type=local,{(parameter == "CacheTo" ? "dest" : "src")}=PATH, or type=registry,ref=NAME.");
}
