namespace ContainerPS;

/// <summary>A secret of a build.</summary>
/// <param name="Id">Its id.</param>
/// <param name="File">The file with its value; null when it comes from a variable.</param>
/// <param name="Variable">The variable of this process's environment with its value; null when it comes from a file.</param>
public sealed record BuildSecret(string Id, string? File, string? Variable)
{
    /// <summary>Reads <c>id=ID[,src=FILE|,env=VARIABLE]</c>, or <c>ID=FILE</c>.</summary>
    /// <exception cref="InvalidSettingException">It is neither.</exception>
    public static BuildSecret Parse(string text)
    {
        string? id = null, file = null, variable = null, type = null;
        foreach (var part in text.Split(','))
        {
            var equals = part.IndexOf('=');
            var value = equals < 0 ? "" : part[(equals + 1)..];
            switch (equals < 0 ? part : part[..equals].Trim().ToLowerInvariant())
            {
                case "id" when value.Length > 0: id = value; break;
                case "src" or "source" when value.Length > 0: file = value; break;
                case "env" when value.Length > 0: variable = value; break;
                case "type" when value is "file" or "env": type = value; break;
                default: throw Refused(text);
            }
        }

        if (id is null || (file is not null && variable is not null)) throw Refused(text);
        if (type == "env" && variable is null) (file, variable) = (null, file ?? id);

        // As docker does: a secret of which only the id is known is the variable of that name, or the file.
        if (file is null && variable is null) return Environment.GetEnvironmentVariable(id) is not null ? new(id, null, id) : new(id, id, null);
        return new(id, file, variable);
    }

    private static InvalidSettingException Refused(string text) =>
        new("Secret", text, $"-Secret '{text}' is refused. Give id=NAME,src=FILE or id=NAME,env=VARIABLE.");
}
