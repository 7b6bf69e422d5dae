using Tmds.Linux;

namespace ContainerPS.Engine.Cgroups;

/// <summary>Writes limits to the files of a cgroup. Each error names the field of config.json, the value and the file.</summary>
/// <param name="undoable">True to remember what the files held, for <see cref="Undo"/>.</param>
internal sealed class LimitWriter(bool undoable)
{
    private readonly List<(string Path, string Value)> _old = [];

    /// <summary>What was asked and does not hold.</summary>
    internal List<string> Warnings { get; } = [];

    /// <summary>Writes a value.</summary>
    /// <exception cref="RuntimeStepException">The kernel refuses it.</exception>
    internal void Write(string field, string path, string value, string? advice = null)
    {
        var errno = TryWrite(path, value);
        if (errno != 0) throw Refusal(field, path, value, errno, advice);
    }

    /// <summary>Writes a value: 0 or the error number.</summary>
    internal int TryWrite(string path, string value)
    {
        if (undoable && OldValue(path, value) is { } old) _old.Add((path, old));
        return KernelFile.TryWrite(path, value);
    }

    /// <summary>Puts back what the files held, the last first, as far as the kernel takes it.</summary>
    internal void Undo()
    {
        for (var i = _old.Count - 1; i >= 0; i--) _ = KernelFile.TryWrite(_old[i].Path, _old[i].Value);
    }

    /// <summary>The error of a write.</summary>
    internal static RuntimeStepException Refusal(string field, string path, string value, int errno, string? advice = null)
    {
        if (errno == LibC.ENOENT) advice ??= "This kernel, or the cgroup above, does not offer that controller; leave the field out.";
        return new($"set {field} to '{value}' in", path, errno, advice);
    }

    /// <summary>The error of a field whose controller is not there.</summary>
    internal static InvalidSpecException Missing(string field, string controller) =>
        new(field, $"needs the {controller} controller, which is not mounted on this machine; leave it out");

    /// <summary>What undoes a write: the file's text, or, where a line is for one device, that device's line.</summary>
    private static string? OldValue(string path, string value)
    {
        if (KernelFile.TryRead(path, out var text) != 0) return null;
        var space = value.IndexOf(' ');
        var isOfDevice = space > 0 && value.AsSpan(0, space).Contains(':');
        if (!isOfDevice) return text.TrimEnd('\n') is var old && old.Contains('\n') ? null : old;
        foreach (var line in text.Split('\n'))
            if (line.StartsWith(value[..(space + 1)], StringComparison.Ordinal)) return line;
        return value[..space] + (path.EndsWith("/io.max", StringComparison.Ordinal) ? " rbps=max wbps=max riops=max wiops=max" : " 0");
    }
}
