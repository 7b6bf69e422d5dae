using ContainerPS.Engine.Containers;

namespace ContainerPS.Module;

/// <summary>Reads labels as Docker does: files first, then what was given.</summary>
internal static class LabelSetting
{
    /// <summary>Labels by key.</summary>
    /// <param name="values">Hashtables or strings.</param>
    /// <param name="files">Files with a label on each line.</param>
    /// <param name="resolve">Makes a path of PowerShell's one of the file system's.</param>
    internal static IReadOnlyDictionary<string, string> Read(object[] values, string[] files, Func<string, string> resolve)
    {
        // A key alone is a label without a value: nothing is looked up for it.
        var texts = files.SelectMany(file => EnvironmentFile.Read(resolve(file), "LabelFile", static _ => ""));
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (parameter, text) in texts.Select(text => ("LabelFile", text)).Concat(PairSetting.Texts(values).Select(text => ("Label", text))))
        {
            var (key, value) = Label.Parse(text, parameter);
            labels[key] = value;
        }

        return labels;
    }
}
