using System.Net;
using ContainerPS.Engine.Linux;

namespace ContainerPS.Engine.Networks;

/// <summary>
/// Carries what reaches the host's sockets of a container's published ports to the container, on the monitor's one thread: connections to loopback addresses, of
/// IPv6 to a container that has none, of a container to itself, and all of them on a host without nft. Everything else the firewall sends on before it
/// gets here. The container sees the host as the client.
/// </summary>
internal sealed class PortRelay : IDisposable
{
    private readonly EventLoop _loop;
    private readonly RelayLimits _limits;
    private TcpRelay? _tcp;
    private UdpRelay? _udp;

    /// <param name="loop">Who watches the sockets, and whose thread does all work.</param>
    /// <param name="limits">How much is carried at once.</param>
    internal PortRelay(EventLoop loop, RelayLimits limits) => (_loop, _limits) = (loop, limits);

    /// <summary>How many TCP connections and clients of UDP ports there are.</summary>
    internal int Count => (_tcp?.Count ?? 0) + (_udp?.Count ?? 0);

    /// <summary>Begins, in place of what was before, as when the container's address has changed.</summary>
    /// <param name="ports">The container's ports; they must live longer than this, or until <see cref="Stop"/>.</param>
    /// <param name="address4">The container's IPv4 address, reached from the network namespace of the calling thread.</param>
    /// <param name="address6">The container's IPv6 address.</param>
    internal void Start(PortClaims ports, IPAddress? address4, IPAddress? address6)
    {
        Stop();
        foreach (var port in ports.Ports)
        {
            var published = port.Published;

            // The family that the client speaks when the container has it, else the other.
            var address = published.IsVersion6 ? address6 ?? address4 : address4 ?? address6;
            if (port.Socket is not { } socket || address is null) continue;
            var target = new SocketAddress(address, published.Port);
            if (published.Protocol == "tcp") (_tcp ??= new TcpRelay(_loop, _limits.Connections)).Listen(socket, target);
            else if (published.Protocol == "udp") (_udp ??= new UdpRelay(_loop, _limits.Clients, _limits.ClientTimeout)).Listen(socket, published.IsVersion6, target);
        }
    }

    /// <summary>Ends all connections; new ones wait at the ports until it begins again.</summary>
    internal void Stop()
    {
        _tcp?.Dispose();
        _udp?.Dispose();
        (_tcp, _udp) = (null, null);
    }

    /// <inheritdoc/>
    public void Dispose() => Stop();
}
