using System.Security.Cryptography;
using System.Text;

namespace ContainerPS.Engine.Networks;

/// <summary>Names of this machine's network devices: stores have names of their own, so that they do not meet.</summary>
internal static class DeviceNames
{
    private const string DefaultBridge = "cps0";

    /// <summary>A network's bridge.</summary>
    internal static string OfBridge(StorePaths paths, string network, string id) =>
        network == NetworkNames.Bridge && IsDefault(paths) ? DefaultBridge : "cps-" + Hash(paths, id);

    /// <summary>The end on this machine of what leads to a container.</summary>
    internal static string OfEndpoint(StorePaths paths, string network, string container) => "cpv-" + Hash(paths, network + container);

    private static bool IsDefault(StorePaths paths) => paths.Run == StorePaths.Default.Run;

    private static string Hash(StorePaths paths, string id) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{paths.Run}\n{id}")).AsSpan(0, 5));
}
