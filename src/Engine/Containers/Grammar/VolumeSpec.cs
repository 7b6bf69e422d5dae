using System.Text;
using ContainerPS.Engine;
using ContainerPS.Engine.Containers;

namespace ContainerPS;

/// <summary>
/// A volume or bind mount as Docker's command line takes it: <c>[source:]target[:options]</c>. A source that begins with <c>/</c>, <c>.</c> or
/// <c>~</c> is a path, any other is a volume's name; without a source, the volume is anonymous.
/// </summary>
public sealed record VolumeSpec
{
    private const string Form = "Use [source:]target[:ro], such as data:/var/lib/data, /srv/www:/www:ro or /cache.";

    private static readonly string[] s_propagations = ["private", "rprivate", "rshared", "shared", "rslave", "slave"];
    private static readonly string[] s_ignored = ["z", "Z", "consistent", "cached", "delegated"];

    /// <summary>True for a bind mount, false for a volume.</summary>
    public bool IsBind { get; init; }

    /// <summary>Path on the host or name of the volume; null for an anonymous volume.</summary>
    public string? Source { get; init; }

    /// <summary>Path inside.</summary>
    public required string Target { get; init; }

    /// <summary>True when it cannot be written inside.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>True when a new volume is not filled with what the image has there.</summary>
    public bool NoCopy { get; init; }

    /// <summary>Propagation of mounts (man 7 mount_namespaces), or null for the default.</summary>
    public string? Propagation { get; init; }

    /// <summary>Options that say nothing to this grammar; <see cref="Validate"/> refuses those that say nothing at all.</summary>
    public IReadOnlyList<string> OtherOptions { get; init; } = [];

    /// <summary>Splits a specification into its parts.</summary>
    /// <exception cref="InvalidSettingException">It has an empty part, or too many.</exception>
    internal static VolumeSpec Parse(string text, string parameter)
    {
        if (text.Length == 0)
            throw Invalid(text, parameter, "is empty");
        if (Encoding.UTF8.GetByteCount(text) <= 2)
            return new() { Target = text };

        var parts = Split(text);
        if (parts.Contains(""))
            throw Invalid(text, parameter, "has an empty part between its colons");
        if (parts.Count > 3)
            throw Invalid(text, parameter, "has too many colons");
        if (parts.Count == 1)
            return new() { Target = parts[0] };
        var volume = new VolumeSpec { Source = parts[0], Target = parts[1], IsBind = IsPath(parts[0]) };
        return parts.Count == 2 ? volume : volume.With(parts[2].Split(','));
    }

    /// <summary>The same with its source made absolute: a path that begins with <c>.</c> or <c>~/</c>.</summary>
    internal VolumeSpec Resolve(string currentDirectory, string homeDirectory)
    {
        if (!IsBind || Source is null || Path.IsPathRooted(Source))
            return this;
        var path = Source == "~" || Source.StartsWith("~/", StringComparison.Ordinal) ? homeDirectory + Source[1..] : Path.Combine(currentDirectory, Source);
        return this with { Source = Path.GetFullPath(path) };
    }

    /// <summary>Gives it back when a container can have it: absolute paths, a proper name, options that mean something.</summary>
    /// <exception cref="InvalidSettingException">It cannot.</exception>
    internal VolumeSpec Validate(string text, string parameter)
    {
        if (!AbsolutePath.IsBelowRoot(Target))
            throw Invalid(text, parameter, $"has the target '{Target}', which is not an absolute path below '/'");
        if (IsBind && !Source!.StartsWith('/'))
            throw Invalid(text, parameter, $"has the source '{Source}', which is not an absolute path");
        if (!IsBind && Source is not null && !ObjectName.IsValid(Source))
            throw Invalid(text, parameter, $"has the volume name '{Source}', which is not two or more letters, digits, '_', '.' or '-'");
        if (IsBind ? NoCopy : Propagation is not null)
            throw Invalid(text, parameter, IsBind ? "has 'nocopy', which only a volume can have" : $"has '{Propagation}', which only a bind mount can have");
        foreach (var option in OtherOptions)
        {
            if (!s_ignored.Contains(option))
                throw Invalid(text, parameter, $"has the option '{option}', which is unknown");
        }

        return this;
    }

    // A colon after a single letter at the start of a part belongs to the part: a drive, on the system where Docker's command line may run.
    private static List<string> Split(string text)
    {
        var parts = new List<string>();
        var start = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && (text[i] != ':' || (i == start + 1 && char.IsLetter(text[start]))))
                continue;
            parts.Add(text[start..i]);
            start = i + 1;
        }

        return parts;
    }

    private static bool IsPath(string source) =>
        source[0] is '.' or '/' or '~' || source.StartsWith(@"\\", StringComparison.Ordinal) || (source.Length > 1 && source[1] == ':' && char.IsLetter(source[0]));

    private VolumeSpec With(string[] options)
    {
        bool readOnly = false, noCopy = false;
        string? propagation = null;
        var others = new List<string>();
        foreach (var option in options)
        {
            if (option is "ro" or "rw")
                readOnly = option == "ro";
            else if (option == "nocopy")
                noCopy = true;
            else if (s_propagations.Contains(option))
                propagation = option;
            else
                others.Add(option);
        }

        return this with { ReadOnly = readOnly, NoCopy = noCopy, Propagation = propagation, OtherOptions = others };
    }

    private static InvalidSettingException Invalid(string text, string parameter, string fault) =>
        new(parameter, text, $"{parameter}: '{text}' {fault}. {Form}");
}
