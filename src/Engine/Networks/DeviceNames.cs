using System.Text;

namespace ContainerPS.Engine.Networks;

/// <summary>
/// Names of this machine's network devices and firewall tables: those of a store have a part of its run folder's hash in them, so that stores do not meet and
/// what is left of one can be told.
/// </summary>
internal static class DeviceNames
{
    private const string DefaultBridge = "cps0";
    private const string BridgePrefix = "cps-";
    private const string EndpointPrefix = "cpv-";
    private const int StoreDigits = 4;

    /// <summary>A network's bridge: always the same.</summary>
    internal static string OfBridge(StorePaths paths, string network, string id) =>
        network == NetworkNames.Bridge && IsDefault(paths) ? DefaultBridge : BridgePrefix + StoreHash(paths)[..StoreDigits] + id[..6];

    /// <summary>A name for the end on this machine of what leads to a container.</summary>
    internal static string NewEndpoint(StorePaths paths) => EndpointPrefix + StoreHash(paths)[..StoreDigits] + Random.Shared.GetHexString(7, lowercase: true);

    /// <summary>True for a device of the store, but for the default network's bridge of the store that is usual.</summary>
    internal static bool IsOf(StorePaths paths, string device) =>
        device.StartsWith(BridgePrefix + StoreHash(paths)[..StoreDigits], StringComparison.Ordinal) || device.StartsWith(EndpointPrefix + StoreHash(paths)[..StoreDigits], StringComparison.Ordinal);

    /// <summary>What tells the store's firewall tables from others'; null for the store that is usual.</summary>
    internal static string? TableSuffix(StorePaths paths) => IsDefault(paths) ? null : StoreHash(paths);

    private static bool IsDefault(StorePaths paths) => paths.Run == StorePaths.Default.Run;

    private static string StoreHash(StorePaths paths) => ShortHash.Of(Encoding.UTF8.GetBytes(paths.Run))[..10];
}
