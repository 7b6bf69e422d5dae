using ContainerPS.Engine.Containers;

namespace ContainerPS.Module;

/// <summary>Reads environment variables as Docker does: files first, then what was given; a name alone takes the value it has in this process, if any.</summary>
internal static class EnvironmentSetting
{
    /// <summary>Strings <c>NAME=value</c>.</summary>
    /// <param name="values">Hashtables or strings.</param>
    /// <param name="files">Files with a variable on each line.</param>
    /// <param name="resolve">Makes a path of PowerShell's one of the file system's.</param>
    internal static IReadOnlyList<string> Read(object[] values, string[] files, Func<string, string> resolve)
    {
        var result = new List<string>();
        foreach (var file in files)
            result.AddRange(EnvironmentFile.Read(resolve(file), "EnvironmentFile", Environment.GetEnvironmentVariable));
        foreach (var text in PairSetting.Texts(values))
            Add(result, text);
        return result;
    }

    private static void Add(List<string> result, string text)
    {
        var equals = text.IndexOf('=');
        var name = equals < 0 ? text : text[..equals];
        if (name.Length == 0)
            throw new InvalidSettingException("Environment", text, $"Environment: '{text}' has no name. Use NAME=value, or a hashtable.");
        if (equals > 0)
            result.Add(text);
        else if (Environment.GetEnvironmentVariable(name) is { } value)
            result.Add($"{name}={value}");
    }
}
