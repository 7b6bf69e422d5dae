using System.Globalization;
using ContainerPS.Engine.Containers;

namespace ContainerPS.Engine.Build;

/// <summary>
/// Mounts of RUN (Dockerfile reference, "RUN --mount"): <c>key=value</c> pairs with commas. Before variables are known, values that have some are
/// passed over, and with them the rules that depend on several keys.
/// </summary>
internal static class RunMountReader
{
    private static readonly string[] s_keys =
        ["type", "from", "source", "src", "target", "dst", "destination", "readonly", "ro", "readwrite", "rw", "id", "sharing", "required", "size", "mode", "uid", "gid", "env"];

    private static readonly string[] s_types = ["bind", "cache", "tmpfs", "secret", "ssh"];
    private static readonly string[] s_sharing = ["shared", "private", "locked"];

    /// <summary>Reads a mount.</summary>
    /// <param name="text">What is after <c>--mount=</c>.</param>
    /// <param name="expand">Puts variables in, or null when they are not known yet.</param>
    /// <param name="location">Where it is.</param>
    /// <exception cref="DockerfileException">A key or value is wrong, or they do not go together.</exception>
    internal static RunMount Read(string text, Func<string, string>? expand, SourceLocation location)
    {
        var mount = new RunMount { Text = text };
        bool? readOnly = null;
        var isOpen = false;
        var given = new HashSet<string>();
        foreach (var field in CommaSeparated.Split(text) ?? throw Fault(text, "is not a list of key=value pairs with commas", location))
        {
            var equals = field.IndexOf('=');
            var key = (equals < 0 ? field : field[..equals]).ToLowerInvariant();
            if (!s_keys.Contains(key))
                throw Fault(text, $"has the unknown key '{key}'.{Suggestion.Sentence(key, s_keys)}", location, isSentence: true);
            var value = equals < 0 ? null : field[(equals + 1)..];
            if (value is null && key is not ("readonly" or "ro" or "readwrite" or "rw" or "required"))
                throw Fault(text, $"has '{key}' without a value", location);
            if (key == "from" && value!.IndexOf('$') is >= 0 and var dollar && dollar < value.Length - 1)
                throw Fault(text, "has variables in 'from'. Give the image a name with FROM … AS name, where variables can be, and mount from that.", location, isSentence: true);
            if (value is not null && expand is not null)
                value = expand(value);
            else if (value?.Contains('$') == true && key != "from")
            {
                isOpen = true;
                continue;
            }

            given.Add(key);
            if (key is "readonly" or "ro" or "readwrite" or "rw")
                readOnly = Flag(text, key, value, location) == (key is "readonly" or "ro");
            else
                mount = Set(mount, key, value, location);
        }

        mount = mount with { ReadOnly = readOnly ?? mount.Type is RunMountType.Bind or RunMountType.Secret or RunMountType.Ssh };
        if (!isOpen && FindFault(mount, given) is { } fault)
            throw Fault(text, fault, location);
        return mount;
    }

    private static RunMount Set(RunMount mount, string key, string? value, SourceLocation location) => key switch
    {
        "type" => mount with
        {
            Type = value!.ToLowerInvariant() switch
            {
                "bind" => RunMountType.Bind,
                "cache" => RunMountType.Cache,
                "tmpfs" => RunMountType.Tmpfs,
                "secret" => RunMountType.Secret,
                "ssh" => RunMountType.Ssh,
                _ => throw Fault(mount.Text, $"has the type '{value}', which is none of {string.Join(", ", s_types)}.{Suggestion.Sentence(value, s_types)}", location, isSentence: true),
            },
        },
        "sharing" => mount with
        {
            Sharing = value!.ToLowerInvariant() switch
            {
                "shared" => CacheSharing.Shared,
                "private" => CacheSharing.Private,
                "locked" => CacheSharing.Locked,
                _ => throw Fault(mount.Text, $"has 'sharing={value}', which is none of {string.Join(", ", s_sharing)}.{Suggestion.Sentence(value, s_sharing)}", location, isSentence: true),
            },
        },
        "from" => mount with { From = NullIfEmpty(value!) },
        "source" or "src" => mount with { Source = NullIfEmpty(value!) },
        "target" or "dst" or "destination" => mount with { Target = NullIfEmpty(value!) },
        "id" => mount with { Id = NullIfEmpty(value!) },
        "required" => mount with { Required = Flag(mount.Text, key, value, location) },
        "env" => mount with { Environment = value },
        "size" => mount with { Size = Size(mount.Text, value!, location) },
        "mode" => mount with { Mode = Number(mount.Text, key, value!, 8, location) },
        "uid" => mount with { UserId = Number(mount.Text, key, value!, 10, location) },
        _ => mount with { GroupId = Number(mount.Text, key, value!, 10, location) },
    };

    // Keys that do not go together, or that are missing: null, or what is wrong.
    private static string? FindFault(RunMount mount, HashSet<string> given)
    {
        var type = mount.Type.ToString().ToLowerInvariant();
        var isFile = mount.Type is RunMountType.Secret or RunMountType.Ssh;
        foreach (var (key, isAllowed) in (ReadOnlySpan<(string, bool)>)
        [
            ("required", isFile), ("size", mount.Type == RunMountType.Tmpfs), ("sharing", mount.Type == RunMountType.Cache), ("env", mount.Type == RunMountType.Secret),
            ("mode", isFile || mount.Type == RunMountType.Cache), ("uid", isFile || mount.Type == RunMountType.Cache), ("gid", isFile || mount.Type == RunMountType.Cache),
            ("from", mount.Type != RunMountType.Secret),
        ])
        {
            if (given.Contains(key) && !isAllowed)
                return $"has '{key}', which the type '{type}' cannot have";
        }

        return mount.Type switch
        {
            RunMountType.Secret when mount is { Source: null, Target: null, Id: null } => "says of no secret which it is: it needs 'id' or 'target'",
            RunMountType.Secret when mount is { Source: not null, Id: not null } => "has both 'id' and 'source', which are the same",
            RunMountType.Bind or RunMountType.Cache or RunMountType.Tmpfs when mount.Target is null => $"has no 'target', which the type '{type}' needs",
            RunMountType.Bind or RunMountType.Cache or RunMountType.Tmpfs when mount.Target!.Trim('/', '.') is "" && mount.Target.StartsWith('/') => $"has the target '{mount.Target}', and nothing can be mounted there",
            _ => null,
        };
    }

    private static bool Flag(string text, string key, string? value, SourceLocation location) =>
        value is null || (GoBoolean.TryParse(value) ?? throw Fault(text, $"has '{key}={value}', which is neither true nor false", location));

    private static long Size(string text, string value, SourceLocation location)
    {
        try
        {
            return ByteSize.ParseBinary(value, "size");
        }
        catch (InvalidSettingException e)
        {
            throw new DockerfileException(location, $"'--mount={text}' of RUN: {e.Message}", e);
        }
    }

    private static uint Number(string text, string key, string value, int @base, SourceLocation location)
    {
        if (@base == 10)
        {
            return uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw Fault(text, $"has '{key}={value}', which is not a number", location);
        }

        if (value.Length is 0 or > 11 || value.AsSpan().ContainsAnyExcept("01234567") || Convert.ToInt64(value, 8) > uint.MaxValue)
            throw Fault(text, $"has '{key}={value}', which is not an octal number", location);
        return Convert.ToUInt32(value, 8);
    }

    private static string? NullIfEmpty(string value) => value.Length == 0 ? null : value;

    private static DockerfileException Fault(string text, string fault, SourceLocation location, bool isSentence = false) =>
        new(location, $"'--mount={(text.Length <= 200 ? text : text[..200] + "…")}' of RUN {fault}{(isSentence ? "" : ".")}");
}
