using ContainerPS.Engine.Networks;

namespace ContainerPS.Engine.Containers;

/// <summary>What the engine's settings say of names, for containers that say nothing themselves.</summary>
internal static class DnsSettings
{
    /// <summary>Checks what is said of names, for a container or in the engine's settings.</summary>
    /// <exception cref="InvalidSettingException">One is not what it should be.</exception>
    internal static void Validate(IReadOnlyList<string> servers, IReadOnlyList<string> search, IReadOnlyList<string> options)
    {
        foreach (var text in search) DnsSearch.Parse(text, "DnsSearch");
        foreach (var text in servers) Subnets.ParseAddress(text, "Dns");
        foreach (var text in options)
        {
            if (text.Length == 0 || text.Any(char.IsWhiteSpace) || text.Any(char.IsControl))
                throw new InvalidSettingException("DnsOption", text, $"-DnsOption '{text}' is refused. Give an option of resolv.conf, such as ndots:2 or use-vc.");
        }
    }

    /// <summary>Checks and changes what the engine's settings say of names; what is null stays as it is, an empty list takes all away.</summary>
    internal static void Change(StorePaths paths, IReadOnlyList<string>? servers, IReadOnlyList<string>? search, IReadOnlyList<string>? options)
    {
        Validate(servers ?? [], search ?? [], options ?? []);
        new EngineSettingsFile(paths).Update(old => old with { Dns = Changed(old.Dns, servers), DnsSearch = Changed(old.DnsSearch, search), DnsOptions = Changed(old.DnsOptions, options) });
    }

    /// <summary>A container's settings with the engine's, as they are now, where it says nothing itself: each kind is the one's or the other's.</summary>
    /// <exception cref="InvalidSettingException">The engine's settings, which anybody may have written, say what cannot be.</exception>
    internal static ContainerSettings WithDefaults(StorePaths paths, ContainerSettings settings)
    {
        // Most machines have none, and an exception is a large part of a small container's start.
        if (!File.Exists(paths.ConfigFile)) return settings;
        var engine = new EngineSettingsFile(paths).Read();
        Validate(engine.Dns ?? [], engine.DnsSearch ?? [], engine.DnsOptions ?? []);
        return settings with
        {
            Dns = settings.Dns.Count > 0 ? settings.Dns : engine.Dns ?? [],
            DnsSearch = settings.DnsSearch.Count > 0 ? settings.DnsSearch : engine.DnsSearch ?? [],
            DnsOptions = settings.DnsOptions.Count > 0 ? settings.DnsOptions : engine.DnsOptions ?? [],
        };
    }

    private static List<string>? Changed(List<string>? old, IReadOnlyList<string>? value) => value is null ? old : value.Count == 0 ? null : [.. value];
}
