using System.Globalization;
using System.Net;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Networks;

/// <summary>
/// Holds a port among containers where the kernel has no sockets of its protocol: locks on files, gone with the process. All addresses of a family exclude
/// each single one, and single ones only themselves, as with sockets.
/// </summary>
internal sealed class PortLock : IDisposable
{
    private readonly FileLock _family;
    private readonly FileLock? _address;

    private PortLock(FileLock family, FileLock? address) => (_family, _address) = (family, address);

    /// <summary>Takes the lock, or gives null when somebody has it.</summary>
    internal static PortLock? TryTake(string folder, PublishedPort port)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{port.Protocol}{(port.IsVersion6 ? 6 : 4)}-{port.HostPort}"));
        if ((port.IsAnyAddress ? FileLock.TryExclusive(path) : FileLock.TryShared(path)) is not { } family) return null;
        if (port.IsAnyAddress) return new PortLock(family, null);
        if (FileLock.TryExclusive($"{path}-{FileName(port.HostAddress)}") is { } address) return new PortLock(family, address);
        family.Dispose();
        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _address?.Dispose();
        _family.Dispose();
    }

    private static string FileName(IPAddress address) => Convert.ToHexStringLower(address.GetAddressBytes());
}
