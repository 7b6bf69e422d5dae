using ContainerPS.Engine.Images;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Build;

/// <summary>Programs for other processors, which this machine runs when an emulator is registered for them (binfmt_misc).</summary>
internal static class ForeignPrograms
{
    /// <summary>Refuses a platform whose programs do not run here.</summary>
    /// <exception cref="ContainerEngineException">There is no emulator.</exception>
    internal static void Check(Platform platform)
    {
        var host = Platforms.Host;
        if (platform.Os != host.Os)
            throw new ContainerEngineException("PlatformNotSupported", ErrorKind.NotSupported, $"commands for {platform.Os} cannot be run on {host.Os}", platform.Os);
        if (Platforms.Rank(platform, host) >= 0 || (host.Architecture, platform.Architecture) is ("amd64", "386") or ("arm64", "arm")) return;
        var emulator = "qemu-" + platform.Architecture switch { "arm64" => "aarch64", "386" => "i386", "amd64" => "x86_64", var same => same };
        if (IsEnabled($"/proc/sys/fs/binfmt_misc/{emulator}")) return;
        var name = Platforms.Show(platform.Os, platform.Architecture, platform.Variant);
        throw new ContainerEngineException("PlatformNotSupported", ErrorKind.NotSupported, $"commands for {name} do not run on this machine: register an emulator for them in binfmt_misc, as Debian's package qemu-user-static does", name);
    }

    private static bool IsEnabled(string path)
    {
        try
        {
            return File.ReadAllText(path).StartsWith("enabled", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
