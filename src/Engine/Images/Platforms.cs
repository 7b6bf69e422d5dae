using System.Runtime.InteropServices;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Images;

/// <summary>Platforms as images name them: <c>os/architecture[/variant]</c> in Go's words, and which of several fits a machine.</summary>
internal static class Platforms
{
    /// <summary>This machine.</summary>
    internal static Platform Host => new()
    {
        Os = "linux",
        Architecture = RuntimeInformation.OSArchitecture switch
        {
            Architecture.X64 => "amd64",
            Architecture.X86 => "386",
            Architecture.Arm64 => "arm64",
            Architecture.Arm => "arm",
            Architecture.Armv6 => "arm",
            Architecture.LoongArch64 => "loong64",
            var other => other.ToString().ToLowerInvariant(),
        },
        Variant = RuntimeInformation.OSArchitecture switch
        {
            Architecture.Arm64 => "v8",
            Architecture.Arm => "v7",
            Architecture.Armv6 => "v6",
            _ => null,
        },
    };

    /// <summary>Reads <c>os/architecture[/variant]</c>, or <c>architecture</c> alone.</summary>
    internal static Platform Parse(string text)
    {
        var parts = text.ToLowerInvariant().Split('/');
        if (parts.Length > 3 || Array.Exists(parts, part => part.Length == 0))
            throw new InvalidSettingException("Platform", text, $"Platform: '{text}' is not a platform. Write it as os/architecture[/variant], such as 'linux/amd64' or 'linux/arm/v7'.");
        var (os, architecture, variant) = parts.Length switch
        {
            1 => ("linux", parts[0], null),
            2 => (parts[0], parts[1], null),
            _ => (parts[0], parts[1], parts[2]),
        };
        return Normal(new Platform
        {
            Os = os,
            Architecture = architecture switch { "x86_64" or "x64" => "amd64", "aarch64" => "arm64", "armhf" => "arm", "i386" => "386", _ => architecture },
            Variant = architecture == "armhf" ? "v7" : variant,
        });
    }

    /// <summary>As a user writes it.</summary>
    internal static string Show(string? os, string? architecture, string? variant)
    {
        var text = $"{(string.IsNullOrEmpty(os) ? "linux" : os)}/{(string.IsNullOrEmpty(architecture) ? "unknown" : architecture)}";
        return string.IsNullOrEmpty(variant) ? text : $"{text}/{variant}";
    }

    /// <summary>The manifest that fits a platform best, or null: the same system and processor, and the highest variant the platform can run.</summary>
    internal static Descriptor? Choose(IReadOnlyList<Descriptor> manifests, Platform wanted)
    {
        Descriptor? best = null;
        var bestRank = -1;
        foreach (var manifest in manifests)
        {
            if (manifest.Platform is not { } offered || Rank(offered, wanted) is not (>= 0 and var rank) || rank <= bestRank) continue;
            (best, bestRank) = (manifest, rank);
        }

        return best;
    }

    /// <summary>How well what is offered runs on what is wanted: -1 when it does not, higher is better.</summary>
    internal static int Rank(Platform offered, Platform wanted)
    {
        (offered, wanted) = (Normal(offered), Normal(wanted));
        if (offered.Os != wanted.Os || offered.Architecture != wanted.Architecture) return -1;
        if (offered.Variant == wanted.Variant) return 1000;
        var (has, can) = (Level(offered.Variant), Level(wanted.Variant));
        return has >= 0 && can >= 0 && has <= can ? has : -1;
    }

    // arm64 without a variant is v8, arm without one v7, amd64's v1 is every amd64 (containerd's platforms.Normalize).
    private static Platform Normal(Platform platform) => platform with
    {
        Variant = (platform.Architecture, platform.Variant) switch
        {
            ("arm64", null or "" or "8") => "v8",
            ("arm", null or "") => "v7",
            ("arm", "5" or "6" or "7") => "v" + platform.Variant,
            ("amd64", "v1" or "") => null,
            (_, "") => null,
            _ => platform.Variant,
        },
    };

    private static int Level(string? variant) => variant switch
    {
        null => 0,
        ['v', >= '1' and <= '9' and var digit] => digit - '0',
        _ => -1,
    };
}
