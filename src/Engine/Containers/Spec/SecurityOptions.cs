using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Containers;

/// <summary>What <c>-SecurityOption</c> asks.</summary>
internal sealed record SecurityOptions
{
    private const string Accepted =
        "Accepted are seccomp=unconfined, seccomp=builtin, seccomp=FILE, no-new-privileges[=true|false], apparmor=PROFILE, label=disable, label=user:…, label=role:…, label=type:…, label=level:… and systempaths=unconfined.";

    /// <summary>True to set no_new_privs.</summary>
    internal bool NoNewPrivileges { get; private set; }

    /// <summary>True for no system-call filter.</summary>
    internal bool SeccompUnconfined { get; private set; }

    /// <summary>A filter's profile as JSON text, or its file's path before the container has been created; null for the engine's own.</summary>
    internal string? SeccompProfile { get; private set; }

    /// <summary>AppArmor profile; null or <c>unconfined</c> for none.</summary>
    internal string? AppArmor { get; private set; }

    /// <summary>True when nothing of /proc and /sys is masked or read-only.</summary>
    internal bool SystemPathsUnconfined { get; private set; }

    /// <summary>Parts of the SELinux label that differ from the usual: user, role, type, level; null when labels are not asked for, or switched off.</summary>
    internal Dictionary<string, string>? Label { get; private set; }

    /// <summary>Parses the options; <c>:</c> may stand for <c>=</c>, as in Docker. The last of a kind holds.</summary>
    internal static SecurityOptions Parse(ContainerSettings settings)
    {
        var options = new SecurityOptions();
        foreach (var option in settings.SecurityOptions)
            if (!options.Set(option)) throw new InvalidSettingException("SecurityOption", option, $"-SecurityOption '{option}' is refused. {Accepted}");
        return options;
    }

    /// <summary>The same settings with the profile's text in place of its file's path: what runs does not change when the file does.</summary>
    internal static ContainerSettings WithProfile(ContainerSettings settings)
    {
        var profile = Parse(settings).SeccompProfile;
        if (profile is null || profile.StartsWith('{')) return settings;
        var others = settings.SecurityOptions.Where(option => !option.StartsWith("seccomp", StringComparison.Ordinal));
        return settings with { SecurityOptions = [.. others, "seccomp=" + SeccompProfileFile.Read(profile)] };
    }

    /// <summary>Labels of the process and of its mounts; null without SELinux.</summary>
    internal (string? Process, string? Mounts) Labels(bool hasSelinux)
    {
        if (Label is not { Count: > 0 } label || !hasSelinux) return (null, null);
        var level = label.GetValueOrDefault("level", "s0");
        var process = $"{label.GetValueOrDefault("user", "system_u")}:{label.GetValueOrDefault("role", "system_r")}:{label.GetValueOrDefault("type", "container_t")}:{level}";
        return (process, $"system_u:object_r:container_file_t:{level}");
    }

    private bool Set(string option)
    {
        var end = option.AsSpan().IndexOfAny('=', ':');
        var (key, value) = end < 0 ? (option, "") : (option[..end], option[(end + 1)..]);
        switch (key, value)
        {
            case ("no-new-privileges", "" or "true"): NoNewPrivileges = true; return true;
            case ("no-new-privileges", "false"): NoNewPrivileges = false; return true;
            case ("seccomp", { Length: > 0 }):
                SeccompUnconfined = value == "unconfined";
                SeccompProfile = value is "unconfined" or "builtin" ? null : value;
                return true;
            case ("apparmor", { Length: > 0 }):
                AppArmor = value == "unconfined" ? null : value;
                return !value.Contains('\0');
            case ("systempaths", "unconfined"): SystemPathsUnconfined = true; return true;
            case ("label", "disable"): Label = null; return true;
            case ("label", _): return SetLabel(value);
            default: return false;
        }
    }

    private bool SetLabel(string text)
    {
        var colon = text.IndexOf(':');
        if (colon < 0 || colon == text.Length - 1 || text[..colon] is not ("user" or "role" or "type" or "level")) return false;
        (Label ??= [])[text[..colon]] = text[(colon + 1)..];
        return true;
    }
}
