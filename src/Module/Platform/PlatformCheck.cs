using System.Runtime.InteropServices;

namespace ContainerPS.Module;

/// <summary>Where the module works: Linux 5.15 or later with the GNU C library.</summary>
internal static class PlatformCheck
{
    private static readonly Version s_oldestKernel = new(5, 15);

    /// <summary>Why this machine cannot be used, or null when it can.</summary>
    internal static string? Refusal() =>
        Refusal(OperatingSystem.IsLinux(), RuntimeInformation.RuntimeIdentifier, Environment.OSVersion.Version);

    /// <summary>Why a machine cannot be used, or null when it can.</summary>
    /// <param name="isLinux">True when its kernel is Linux.</param>
    /// <param name="runtimeIdentifier">Its .NET runtime identifier.</param>
    /// <param name="kernel">Its kernel's version.</param>
    internal static string? Refusal(bool isLinux, string runtimeIdentifier, Version kernel)
    {
        if (!isLinux)
            return $"ContainerPS runs Linux containers on a Linux kernel; this is '{runtimeIdentifier}'. Use it on a Linux machine, or in WSL 2.";
        if (runtimeIdentifier.Contains("musl", StringComparison.Ordinal))
            return $"ContainerPS needs the GNU C library; this PowerShell is built for musl ('{runtimeIdentifier}'). Use a distribution with glibc, such as Debian.";
        if (kernel < s_oldestKernel)
            return $"ContainerPS needs Linux {s_oldestKernel} or later; this kernel is {kernel.Major}.{kernel.Minor}. Update the kernel.";
        return null;
    }
}
