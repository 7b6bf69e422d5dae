using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ContainerPS.Engine.Tests.Networks;

/// <summary>A program in a namespace that tells each client the address that it sees it at, by TCP and UDP on one port, IPv4 and IPv6.</summary>
internal sealed class TellingServer : IDisposable
{
    private readonly Socket _tcp;
    private readonly Socket _udp;
    private readonly Thread[] _threads;

    internal TellingServer(NetworkNamespace where, int port)
    {
        (_tcp, _udp) = where.Run(() =>
        {
            var tcp = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
            tcp.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
            tcp.Listen();
            var udp = new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp) { DualMode = true };
            udp.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
            return (tcp, udp);
        });
        _threads = [new Thread(ServeTcp), new Thread(ServeUdp)];
        foreach (var thread in _threads) thread.Start();
    }

    public void Dispose()
    {
        // Closing wakes the threads up.
        _tcp.Dispose();
        _udp.Dispose();
        foreach (var thread in _threads) thread.Join();
    }

    private void ServeTcp()
    {
        while (true)
        {
            try
            {
                using var client = _tcp.Accept();
                client.Send(Tell(client.RemoteEndPoint!));
                client.Shutdown(SocketShutdown.Both);
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.Interrupted or SocketError.OperationAborted)
            {
                return;
            }
            catch (SocketException)
            {
                // This client has gone.
            }
        }
    }

    private void ServeUdp()
    {
        var buffer = new byte[100];
        while (true)
        {
            EndPoint client = new IPEndPoint(IPAddress.IPv6Any, 0);
            try
            {
                _udp.ReceiveFrom(buffer, ref client);
                _udp.SendTo(Tell(client), client);
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.Interrupted or SocketError.OperationAborted)
            {
                return;
            }
            catch (SocketException)
            {
                // An earlier answer was refused.
            }
        }
    }

    private static byte[] Tell(EndPoint client)
    {
        var address = ((IPEndPoint)client).Address;
        return Encoding.ASCII.GetBytes((address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString());
    }
}
