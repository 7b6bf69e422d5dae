using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using ContainerPS.Engine.Networks;

namespace ContainerPS.Engine.Tests.Networks.Names;

/// <summary>A resolver that says what a test wants it to say, by UDP and TCP at one port of the loopback device, in the network namespace that the thread is in when it is made.</summary>
internal sealed class FakeResolver : IDisposable
{
    private readonly Socket _udp;
    private readonly Socket _tcp;
    private readonly Func<byte[], IEnumerable<byte[]>> _answer;
    private readonly Thread[] _threads;

    /// <param name="answer">The answers to a query: none, one or several.</param>
    /// <param name="address">Another address.</param>
    /// <param name="port">A port; 0 for a free one.</param>
    internal FakeResolver(Func<byte[], IEnumerable<byte[]>> answer, IPAddress? address = null, int port = 0)
    {
        _answer = answer;
        address ??= IPAddress.Loopback;
        (_udp, _tcp) = Bind(address, port);
        _threads = [new Thread(ServeDatagrams), new Thread(ServeStreams)];
        foreach (var thread in _threads)
        {
            thread.IsBackground = true;
            thread.Start();
        }
    }

    /// <summary>Answers with the address 10.9.9.<paramref name="last"/>.</summary>
    internal static Func<byte[], IEnumerable<byte[]>> WithAddress(byte last) => query => [Packet.Answer(query, 0, RecordType.A, [10, 9, 9, last])];

    /// <summary>Says nothing.</summary>
    internal static IEnumerable<byte[]> Silence(byte[] query) => [];

    /// <summary>Says how it went and nothing else.</summary>
    internal static Func<byte[], IEnumerable<byte[]>> WithCode(int code) => query => [Packet.Answer(query, code, RecordType.A)];

    /// <summary>Where it is.</summary>
    internal IPEndPoint EndPoint => (IPEndPoint)_udp.LocalEndPoint!;

    /// <summary>What it was asked by UDP, and from which port.</summary>
    internal ConcurrentQueue<(byte[] Query, IPEndPoint Client)> Datagrams { get; } = [];

    /// <summary>What it was asked by TCP.</summary>
    internal ConcurrentQueue<byte[]> Messages { get; } = [];

    /// <summary>Sends a datagram.</summary>
    internal void Send(byte[] packet, IPEndPoint client) => _udp.SendTo(packet, client);

    public void Dispose()
    {
        // Shutting down wakes who receives or accepts.
        Close(_udp);
        Close(_tcp);
        foreach (var thread in _threads) thread.Join();
    }

    private static void Close(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // It was not connected; that it was woken is what counts.
        }

        socket.Dispose();
    }

    private static (Socket Udp, Socket Tcp) Bind(IPAddress address, int port)
    {
        for (var attempt = 0; ; attempt++)
        {
            var udp = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 1 << 20 };
            var tcp = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                udp.Bind(new IPEndPoint(address, port));
                tcp.Bind(udp.LocalEndPoint!);
                tcp.Listen();
                return (udp, tcp);
            }
            catch (SocketException) when (attempt < 100)
            {
                udp.Dispose();
                tcp.Dispose();
            }
        }
    }

    private void ServeDatagrams()
    {
        var buffer = new byte[65536];
        try
        {
            while (true)
            {
                EndPoint client = new IPEndPoint(_udp.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
                var length = _udp.ReceiveFrom(buffer, ref client);
                if (length == 0) return; // shut down
                Datagrams.Enqueue((buffer[..length], (IPEndPoint)client));
                foreach (var answer in _answer(buffer[..length])) Answer(answer, client);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The end.
        }
    }

    private void Answer(byte[] answer, EndPoint client)
    {
        try
        {
            _udp.SendTo(answer, client);
        }
        catch (SocketException)
        {
            // Who asked has gone.
        }
    }

    private void ServeStreams()
    {
        try
        {
            while (true)
            {
                using var client = _tcp.Accept();
                client.ReceiveTimeout = 60_000;
                while (client.ReceiveMessage() is { } query)
                {
                    Messages.Enqueue(query);
                    foreach (var answer in _answer(query)) client.SendMessage(answer);
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The end.
        }
    }
}
