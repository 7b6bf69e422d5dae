namespace ContainerPS;

/// <summary>Where the result of a build goes.</summary>
/// <param name="Kind">In which form.</param>
/// <param name="Path">The file or folder.</param>
public sealed record BuildOutput(BuildOutputKind Kind, string Path)
{
    /// <summary>Reads <c>type=local|tar|oci|docker,dest=PATH</c>, or a path alone: a folder, or a tar when it ends so.</summary>
    /// <exception cref="InvalidSettingException">It is neither.</exception>
    public static BuildOutput? Parse(string text)
    {
        if (!text.Contains('='))
            return text is "image" or "docker" ? null : new(text.EndsWith(".tar", StringComparison.Ordinal) ? BuildOutputKind.Tar : BuildOutputKind.Folder, text);
        string? type = null, path = null;
        foreach (var part in text.Split(','))
        {
            var equals = part.IndexOf('=');
            var value = equals < 0 ? "" : part[(equals + 1)..];
            switch (equals < 0 ? part : part[..equals].Trim().ToLowerInvariant())
            {
                case "type": type = value; break;
                case "dest" when value.Length > 0: path = value; break;
                default: throw Refused(text);
            }
        }

        return type switch
        {
            "image" when path is null => null,
            "docker" when path is null => null,
            "local" when path is not null => new(BuildOutputKind.Folder, path),
            "tar" when path is not null => new(BuildOutputKind.Tar, path),
            "oci" when path is not null => new(BuildOutputKind.OciArchive, path),
            "docker" when path is not null => new(BuildOutputKind.DockerArchive, path),
            _ => throw Refused(text),
        };
    }

    private static InvalidSettingException Refused(string text) =>
        new("Output", text, $"-Output '{text}' is refused. Give a folder, a path that ends in .tar, or type=local|tar|oci|docker,dest=PATH.");
}
