using System.Globalization;
using System.Net;
using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Networks;

/// <summary>
/// Takes a port of the host by binding a socket to it: whether it is free only the kernel can say, at once and for all programs.
/// <list type="bullet">
/// <item>Bound without SO_REUSEADDR, of several who try at once exactly one gets it. Connections of an earlier run that the kernel still remembers
/// (TIME_WAIT) stand in the way of that, but not of a second try with it.</item>
/// <item>UDP never has it: there it means to share the port.</item>
/// <item>Sockets of IPv6 are for IPv6 alone (IPV6_V6ONLY): each family has its own.</item>
/// </list>
/// </summary>
internal static class PortSocket
{
    private const int Backlog = 1024;

    /// <summary>Binds, and listens where the protocol does.</summary>
    /// <param name="protocol"><c>tcp</c>, <c>udp</c> or <c>sctp</c>.</param>
    /// <param name="address">The host's address.</param>
    /// <param name="port">The port; 0 for any.</param>
    /// <param name="errno">Why not, when null is returned: EADDRINUSE; EAFNOSUPPORT or EPROTONOSUPPORT when the kernel has no such sockets.</param>
    /// <exception cref="InvalidSettingException">The host has no such address.</exception>
    internal static SafeFileHandle? TryBind(string protocol, IPAddress address, int port, out int errno)
    {
        if (TryBind(protocol, address, port, reuse: false, out errno) is { } socket) return socket;
        return errno == LibC.EADDRINUSE && protocol != "udp" ? TryBind(protocol, address, port, reuse: true, out errno) : null;
    }

    private static SafeFileHandle? TryBind(string protocol, IPAddress address, int port, bool reuse, out int errno)
    {
        var where = new SocketAddress(address, port);
        var fd = protocol switch
        {
            "tcp" => SocketCalls.Make(where.Family, SocketCalls.SOCK_STREAM, SocketCalls.IPPROTO_TCP),
            "udp" => SocketCalls.Make(where.Family, SocketCalls.SOCK_DGRAM, SocketCalls.IPPROTO_UDP),
            _ => SocketCalls.Make(where.Family, SocketCalls.SOCK_STREAM, SocketCalls.IPPROTO_SCTP),
        };
        errno = Math.Max(0, -fd);
        if (fd == -LibC.EAFNOSUPPORT || fd == -LibC.EPROTONOSUPPORT || fd == -LibC.ESOCKTNOSUPPORT) return null;
        Check(fd, "socket", protocol, address, port);
        var socket = new SafeFileHandle(fd, ownsHandle: true);
        try
        {
            if (where.IsVersion6) Check(SocketCalls.SetOption(socket, SocketCalls.IPPROTO_IPV6, SocketCalls.IPV6_V6ONLY, 1), "setsockopt(IPV6_V6ONLY)", protocol, address, port);
            if (reuse) Reuse();
            errno = -SocketCalls.Bind(socket, where);
            if (errno == 0 && protocol != "udp") errno = -SocketCalls.Listen(socket, Backlog);
            if (errno == LibC.EADDRNOTAVAIL)
                throw new InvalidSettingException("Publish", address, $"Publish: '{address}' is no address of this host. Use one that it has, or leave it out to publish on all.");
            if (errno != LibC.EADDRINUSE) Check(-errno, "bind", protocol, address, port);

            // Its connections inherit it, so that what the kernel remembers of them does not stand in the way of the next.
            if (errno == 0 && protocol != "udp") Reuse();
            return errno == 0 ? Keep(ref socket) : null;
        }
        finally
        {
            socket?.Dispose();
        }

        void Reuse() => Check(SocketCalls.SetOption(socket!, SocketCalls.SOL_SOCKET, SocketCalls.SO_REUSEADDR, 1), "setsockopt(SO_REUSEADDR)", protocol, address, port);
    }

    private static SafeFileHandle Keep(ref SafeFileHandle? socket)
    {
        var kept = socket!;
        socket = null;
        return kept;
    }

    private static void Check(int result, string call, string protocol, IPAddress address, int port)
    {
        if (result < 0) throw new KernelException(call, string.Create(CultureInfo.InvariantCulture, $"{new IPEndPoint(address, port)}/{protocol}"), -result);
    }
}
