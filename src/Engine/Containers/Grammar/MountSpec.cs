using ContainerPS.Engine;
using ContainerPS.Engine.Containers;

namespace ContainerPS;

/// <summary>
/// A mount as Docker's command line takes it: <c>type=volume,source=data,target=/var/lib/data,readonly</c>. Keys are in any case; the type is
/// <c>volume</c> when left out.
/// </summary>
public sealed record MountSpec
{
    private const string Form = "Use key=value pairs with commas, such as type=bind,source=/srv/www,target=/www,readonly.";

    /// <summary><c>bind</c>, <c>volume</c>, <c>tmpfs</c> or <c>image</c>; <see cref="Validate"/> refuses others.</summary>
    public string Type { get; set; } = "volume";

    /// <summary>Path on the host, name of the volume or image; empty for an anonymous volume or a tmpfs.</summary>
    public string Source { get; set; } = "";

    /// <summary>Path inside.</summary>
    public string Target { get; set; } = "";

    /// <summary>True when it cannot be written inside.</summary>
    public bool ReadOnly { get; set; }

    /// <summary>How much the host and the container may differ: said for other systems, without meaning here.</summary>
    public string? Consistency { get; set; }

    /// <summary>Options that only a bind mount can have, or null.</summary>
    public BindOptions? Bind { get; set; }

    /// <summary>Options that only a volume can have, or null.</summary>
    public VolumeOptions? Volume { get; set; }

    /// <summary>Options that only a tmpfs can have, or null.</summary>
    public TmpfsOptions? Tmpfs { get; set; }

    /// <summary>Path in the image, or null.</summary>
    public string? ImageSubpath { get; set; }

    /// <summary>Options of a bind mount.</summary>
    /// <param name="Propagation">Propagation of mounts, or null for the default.</param>
    /// <param name="Recursive"><c>enabled</c>, <c>disabled</c>, <c>writable</c> or <c>readonly</c>: what becomes of mounts below it.</param>
    public sealed record BindOptions(string? Propagation = null, string Recursive = "enabled");

    /// <summary>Options of a volume.</summary>
    public sealed record VolumeOptions
    {
        /// <summary>True when a new volume is not filled with what the image has there.</summary>
        public bool NoCopy { get; set; }

        /// <summary>Path in the volume, or null.</summary>
        public string? Subpath { get; set; }

        /// <summary>Driver, or null for the default.</summary>
        public string? Driver { get; set; }

        /// <summary>Labels of a new volume.</summary>
        public Dictionary<string, string> Labels { get; set; } = [];

        /// <summary>The driver's options for a new volume.</summary>
        public Dictionary<string, string> DriverOptions { get; set; } = [];
    }

    /// <summary>Options of a tmpfs.</summary>
    /// <param name="Size">Bytes, or null for the kernel's default.</param>
    /// <param name="Mode">Permission bits, or null for 1777.</param>
    public sealed record TmpfsOptions(long? Size = null, uint? Mode = null);

    /// <summary>Reads a mount.</summary>
    /// <param name="text">The text.</param>
    /// <param name="parameter">Parameter to name in errors.</param>
    /// <param name="currentDirectory">What a source that begins with a dot is relative to.</param>
    /// <exception cref="InvalidSettingException">A key is unknown, a value is wrong, the target is missing or options do not fit the type.</exception>
    internal static MountSpec Parse(string text, string parameter, string currentDirectory)
    {
        if (string.IsNullOrWhiteSpace(text)) throw Invalid(text, parameter, "is empty");
        var mount = new MountSpec();
        foreach (var field in CommaSeparated.Split(text) ?? throw Invalid(text, parameter, "has a quotation mark in the wrong place, or several lines"))
        {
            var equals = field.IndexOf('=');
            var key = (equals < 0 ? field : field[..equals]).ToLowerInvariant();
            var fault = mount.Set(key, equals < 0 ? null : field[(equals + 1)..], currentDirectory);
            if (fault is not null)
                throw Invalid(text, parameter, fault);
        }

        return mount.FindFault() is { } conflict ? throw Invalid(text, parameter, conflict) : mount;
    }

    /// <summary>Gives it back when a container can have it: a known type, absolute paths, a proper name.</summary>
    /// <exception cref="InvalidSettingException">It cannot.</exception>
    internal MountSpec Validate(string text, string parameter)
    {
        if (Type is not ("bind" or "volume" or "tmpfs" or "image"))
            throw Invalid(text, parameter, $"has the type '{Type}', which is not bind, volume, tmpfs or image");
        if (!AbsolutePath.IsBelowRoot(Target))
            throw Invalid(text, parameter, $"has the target '{Target}', which is not an absolute path below '/'");
        var fault = Type switch
        {
            "bind" when !Source.StartsWith('/') => $"has the source '{Source}', which is not an absolute path",
            "volume" when Source.Length > 0 && !ObjectName.IsValid(Source) => $"has the volume name '{Source}', which is not two or more letters, digits, '_', '.' or '-'",
            "tmpfs" when Source.Length > 0 => "has a source, which a tmpfs cannot have",
            "image" when Source.Length == 0 => "has no source, which is to be the image's name",
            _ => null,
        };
        return fault is null ? this : throw Invalid(text, parameter, fault);
    }

    // Sets what one field says: null, or what is wrong with it.
    private string? Set(string key, string? value, string currentDirectory)
    {
        if (value is null && key is not ("readonly" or "ro" or "volume-nocopy" or "bind-nonrecursive"))
            return $"has '{key}' without a value";
        switch (key)
        {
            case "type":
                Type = value!.ToLowerInvariant();
                return null;
            case "source" or "src":
                Source = value!.StartsWith('.') ? Path.GetFullPath(Path.Combine(currentDirectory, value)) : value;
                return null;
            case "target" or "dst" or "destination":
                Target = value!;
                return null;
            case "readonly" or "ro":
                return SetFlag(key, value, flag => ReadOnly = flag);
            case "consistency":
                Consistency = value!.ToLowerInvariant();
                return null;
            case "image-subpath":
                ImageSubpath = value;
                return null;
        }

        return key.Split('-')[0] switch
        {
            "bind" => SetBind(key, value),
            "volume" => SetVolume(key, value),
            "tmpfs" => SetTmpfs(key, value!),
            _ => $"has the unknown key '{key}'",
        };
    }

    private string? SetBind(string key, string? value)
    {
        Bind ??= new();
        switch (key)
        {
            case "bind-propagation":
                Bind = Bind with { Propagation = value!.ToLowerInvariant() };
                return null;
            case "bind-nonrecursive":
                return SetFlag(key, value, flag => Bind = Bind with { Recursive = flag ? "disabled" : "enabled" });
            case "bind-recursive":
                Bind = Bind with { Recursive = value! };
                return value is "enabled" or "disabled" or "writable" or "readonly" ? null : $"has '{key}={value}', which is not enabled, disabled, writable or readonly";
            default:
                return $"has the unknown key '{key}'";
        }
    }

    private string? SetVolume(string key, string? value)
    {
        Volume ??= new();
        switch (key)
        {
            case "volume-subpath":
                Volume.Subpath = value;
                return null;
            case "volume-nocopy":
                return SetFlag(key, value, flag => Volume.NoCopy = flag);
            case "volume-label":
                SetPair(Volume.Labels, value!);
                return null;
            case "volume-driver":
                Volume.Driver = value;
                return null;
            case "volume-opt":
                SetPair(Volume.DriverOptions, value!);
                return null;
            default:
                return $"has the unknown key '{key}'";
        }
    }

    private string? SetTmpfs(string key, string value)
    {
        Tmpfs ??= new();
        switch (key)
        {
            case "tmpfs-size":
                try
                {
                    Tmpfs = Tmpfs with { Size = ByteSize.ParseBinary(value, key) };
                    return null;
                }
                catch (InvalidSettingException)
                {
                    return $"has '{key}={value}', which is not a size such as 64m";
                }

            case "tmpfs-mode":
                if (value.Length is 0 or > 11 || value.AsSpan().ContainsAnyExcept("01234567") || Convert.ToInt64(value, 8) > uint.MaxValue)
                    return $"has '{key}={value}', which is not an octal number";
                Tmpfs = Tmpfs with { Mode = Convert.ToUInt32(value, 8) };
                return null;
            default:
                return $"has the unknown key '{key}'";
        }
    }

    private static string? SetFlag(string key, string? value, Action<bool> set)
    {
        bool? flag = value switch
        {
            null or "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
            "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
            _ => null,
        };
        set(flag ?? false);
        return flag is null ? $"has '{key}={value}', which is not true or false" : null;
    }

    private static void SetPair(Dictionary<string, string> pairs, string text)
    {
        var equals = text.IndexOf('=');
        var key = equals < 0 ? text : text[..equals];
        if (key.Length > 0)
            pairs[key] = equals < 0 ? "" : text[(equals + 1)..];
    }

    private string? FindFault()
    {
        if (Type.Length == 0)
            return "has no type";
        if (Target.Length == 0)
            return "has no target";
        foreach (var (prefix, present) in (ReadOnlySpan<(string, bool)>)[("volume", Volume is not null), ("image", ImageSubpath is not null), ("bind", Bind is not null), ("tmpfs", Tmpfs is not null)])
        {
            if (present && prefix != Type)
                return $"mixes '{prefix}-…' keys with the type '{Type}'";
        }

        return Bind?.Recursive switch
        {
            "writable" or "readonly" when !ReadOnly => $"has 'bind-recursive={Bind.Recursive}', which needs 'readonly'",
            "readonly" when Bind.Propagation != "rprivate" => "has 'bind-recursive=readonly', which needs 'bind-propagation=rprivate'",
            _ => null,
        };
    }

    private static InvalidSettingException Invalid(string text, string parameter, string fault) =>
        new(parameter, text, $"{parameter}: '{text}' {fault}. {Form}");
}
