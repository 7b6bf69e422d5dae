using System.Net;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Tests.Runtime;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Tests.Networks;

/// <summary>A network namespace for one test, gone with it and all devices in it.</summary>
internal sealed class NetworkNamespace : IDisposable
{
    private const ulong CLONE_NEWNET = 0x40000000;

    private readonly SafeFileHandle _file;

    internal NetworkNamespace()
    {
        Name = $"cpst{Guid.NewGuid():N}"[..16];
        Ip("netns", "add", Name);
        _file = FileDescriptors.Open($"/run/netns/{Name}", LibC.O_RDONLY);
        Shell("ip link set lo up; for when in all default; do echo 0 > /proc/sys/net/ipv6/conf/$when/accept_dad; echo 0 > /proc/sys/net/ipv6/conf/$when/accept_ra; done");
    }

    internal string Name { get; }

    /// <summary>Runs a part of a test on a thread that is in the namespace; sockets made there stay in it.</summary>
    internal T Run<T>(Func<T> part)
    {
        var result = default(T);
        ExceptionDispatchInfo? error = null;
        var thread = new Thread(() =>
        {
            try
            {
                Assert.Equal(0, Syscall.setns(_file.Number(), CLONE_NEWNET));
                result = part();
            }
            catch (Exception e)
            {
                error = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        error?.Throw();
        return result!;
    }

    /// <inheritdoc cref="Run{T}(Func{T})"/>
    internal void Run(Action part) => Run(() =>
    {
        part();
        return true;
    });

    /// <summary>Runs lines of a shell in the namespace: what they print.</summary>
    internal string Shell(string script) => Check(RuncsProgram.Run("/usr/sbin/ip", ["netns", "exec", Name, "/bin/sh", "-e", "-c", script]));

    /// <summary>Runs lines of nft's language in the namespace.</summary>
    internal string Nft(string script) => Check(RuncsProgram.Run("/usr/sbin/ip", ["netns", "exec", Name, "/usr/sbin/nft", "-f", "-"], script));

    /// <summary>Asks a <see cref="TellingServer"/> for what it sees as this client's address: null when it cannot be reached in time.</summary>
    internal string? Ask(string protocol, string server, int port, TimeSpan time, string? from = null) => Run(() =>
    {
        var address = IPAddress.Parse(server);
        var isTcp = protocol == "tcp";
        using var socket = new Socket(address.AddressFamily, isTcp ? SocketType.Stream : SocketType.Dgram, isTcp ? ProtocolType.Tcp : ProtocolType.Udp);
        if (from is not null) socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        return isTcp ? AskTcp(socket, new IPEndPoint(address, port), time) : AskUdp(socket, new IPEndPoint(address, port), time);
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        Ip("netns", "del", Name);
    }

    private static string? AskTcp(Socket socket, IPEndPoint server, TimeSpan time)
    {
        socket.Blocking = false;
        var buffer = new byte[200];
        var length = 0;
        try
        {
            try
            {
                socket.Connect(server);
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
            {
                if (!socket.Poll(time, SelectMode.SelectWrite)) return null;
            }

            while (true)
            {
                if (!socket.Poll(time, SelectMode.SelectRead)) return null;
                var read = socket.Receive(buffer.AsSpan(length));
                if (read == 0) return length == 0 ? null : System.Text.Encoding.ASCII.GetString(buffer, 0, length);
                length += read;
            }
        }
        catch (SocketException)
        {
            return null;
        }
    }

    // Datagrams may be lost while neighbours are being found: ask again until the time is over.
    private static string? AskUdp(Socket socket, IPEndPoint server, TimeSpan time)
    {
        var until = DateTime.UtcNow + time;
        var buffer = new byte[200];
        socket.Connect(server);
        do
        {
            try
            {
                socket.Send("?"u8);
                if (socket.Poll(TimeSpan.FromMilliseconds(300), SelectMode.SelectRead)) return System.Text.Encoding.ASCII.GetString(buffer, 0, socket.Receive(buffer));
            }
            catch (SocketException)
            {
                // Refused: nobody listens yet.
            }
        }
        while (DateTime.UtcNow < until);
        return null;
    }

    private static void Ip(params string[] arguments) => Check(RuncsProgram.Run("/usr/sbin/ip", arguments));

    private static string Check(RunResult result)
    {
        Assert.True(result.ExitCode == 0, result.Errors);
        return result.Output;
    }
}
