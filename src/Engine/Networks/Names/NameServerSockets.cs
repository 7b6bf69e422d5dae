using System.Net;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Linux.Netlink;
using Microsoft.Win32.SafeHandles;

namespace ContainerPS.Engine.Networks;

/// <summary>The sockets at which a container's programs ask for names: of the network namespace that the thread is in when they are opened, wherever they are served.</summary>
internal sealed class NameServerSockets : IDisposable
{
    private const int LongestQueue = 64;

    private NameServerSockets(SafeFileHandle udp, SafeFileHandle tcp, int port, SafeFileHandle space) => (Udp, Tcp, Port, Namespace) = (udp, tcp, port, space);

    /// <summary>Where the name service is asked inside of every container that has one.</summary>
    internal static IPEndPoint Address => new(new IPAddress([127, 0, 0, 11]), 53);

    /// <summary>For queries in datagrams.</summary>
    internal SafeFileHandle Udp { get; }

    /// <summary>For connections.</summary>
    internal SafeFileHandle Tcp { get; }

    /// <summary>The port of both.</summary>
    internal int Port { get; }

    /// <summary>The network namespace that they are of.</summary>
    internal SafeFileHandle Namespace { get; }

    /// <summary>
    /// Opens them for a container, whose loopback device must be up: at a port that nobody asks for, to which port 53 leads, so that a DNS server of its own can
    /// have that; where the kernel cannot do so, at port 53.
    /// </summary>
    /// <exception cref="KernelException">The address is not to be had.</exception>
    internal static NameServerSockets OpenInside()
    {
        var sockets = Open(new IPEndPoint(Address.Address, 0));
        if (NameRedirect.TryMake(sockets.Port)) return sockets;
        sockets.Dispose();
        return Open(Address);
    }

    /// <summary>Opens them; the device that has the address must be up.</summary>
    /// <param name="address">Where; port 0 has the kernel choose one.</param>
    /// <exception cref="KernelException">The address is not to be had.</exception>
    internal static NameServerSockets Open(IPEndPoint address)
    {
        var space = NetworkNamespace.Current();
        try
        {
            return Open(address, space);
        }
        catch
        {
            space.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Udp.Dispose();
        Tcp.Dispose();
        Namespace.Dispose();
    }

    private static NameServerSockets Open(IPEndPoint address, SafeFileHandle space)
    {
        for (var attempt = 0; ; attempt++)
        {
            var udp = Make(address, NameSocket.SOCK_DGRAM);
            try
            {
                var port = NameSocket.Port(udp.Number());
                var tcp = Make(new IPEndPoint(address.Address, port), NameSocket.SOCK_STREAM);
                return new NameServerSockets(udp, tcp, port, space);
            }
            catch (KernelException) when (address.Port == 0 && attempt < 100)
            {
                // The port that the kernel chose for one is another program's for the other.
                udp.Dispose();
            }
            catch
            {
                udp.Dispose();
                throw;
            }
        }
    }

    private static SafeFileHandle Make(IPEndPoint endPoint, int type)
    {
        var address = NameSocket.Address(endPoint);
        var descriptor = NameSocket.Make(address, type);
        if (descriptor < 0) throw new KernelException("socket", endPoint.ToString(), -descriptor);
        var socket = new SafeFileHandle(descriptor, ownsHandle: true);
        try
        {
            if (type == NameSocket.SOCK_STREAM) Check(NameSocket.ReuseAddress(descriptor), "setsockopt", endPoint);
            Check(NameSocket.Bind(descriptor, address), "bind", endPoint);
            if (type == NameSocket.SOCK_STREAM) Check(NameSocket.Listen(descriptor, LongestQueue), "listen", endPoint);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static void Check(int result, string call, IPEndPoint endPoint)
    {
        if (result < 0) throw new KernelException(call, endPoint.ToString(), -result);
    }
}
