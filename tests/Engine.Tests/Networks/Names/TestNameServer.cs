using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Networks;
using Tmds.Linux;

namespace ContainerPS.Engine.Tests.Networks.Names;

/// <summary>A name server on a thread of its own, at a free port of the loopback device or at sockets that are given.</summary>
internal sealed class TestNameServer : IDisposable
{
    private readonly EventLoop _events = new();
    private readonly WakeUp _wake = new();
    private readonly ConcurrentQueue<Action> _work = [];
    private readonly Thread _thread;
    private Exception? _failure;
    private bool _ends;

    internal TestNameServer(INameTable names, UpstreamOptions? upstreams = null, NameServerSockets? sockets = null, TimeSpan? idleFor = null)
    {
        sockets ??= NameServerSockets.Open(new IPEndPoint(IPAddress.Loopback, 0));
        Port = sockets.Port;
        _events.Watch(_wake.Descriptor, Syscall.EPOLLIN, Work);
        var server = new NameServer(_events, sockets, names, upstreams ?? new UpstreamOptions(), idleFor ?? TimeSpan.FromHours(1));
        _thread = new Thread(() => Serve(server)) { IsBackground = true, Name = "name server" };
        _thread.Start();
    }

    internal int Port { get; }

    internal IPEndPoint EndPoint => new(IPAddress.Loopback, Port);

    /// <summary>Runs something on the server's thread.</summary>
    internal T Ask<T>(Func<T> question)
    {
        var answer = new TaskCompletionSource<T>();
        _work.Enqueue(() => answer.SetResult(question()));
        _wake.Set();
        Assert.True(answer.Task.Wait(TimeSpan.FromSeconds(60)), $"the name server does not turn its loop any more: {_failure}");
        return answer.Task.Result;
    }

    /// <summary>Bytes that the server's thread has allocated so far.</summary>
    internal long Allocated() => Ask(GC.GetAllocatedBytesForCurrentThread);

    /// <summary>A socket for datagrams that is connected to the server.</summary>
    internal Socket Datagrams()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 60_000 };
        socket.Connect(EndPoint);
        return socket;
    }

    /// <summary>A connection to the server.</summary>
    internal Socket Connect()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 60_000, NoDelay = true };
        socket.Connect(EndPoint);
        return socket;
    }

    /// <summary>The answer to a datagram.</summary>
    internal byte[] Query(byte[] packet)
    {
        using var socket = Datagrams();
        socket.Send(packet);
        return socket.ReceivePacket();
    }

    /// <summary>The answer to a message on a connection of its own.</summary>
    internal byte[] QueryByStream(byte[] packet)
    {
        using var socket = Connect();
        socket.SendMessage(packet);
        return socket.ReceiveMessage()!;
    }

    /// <summary>What dig prints, asked for everything about one query.</summary>
    internal string Dig(params string[] arguments)
    {
        var start = new ProcessStartInfo("/usr/bin/dig") { RedirectStandardOutput = true };
        foreach (var argument in (string[])["-r", "@127.0.0.1", "-p", $"{Port}", "+time=30", "+tries=1", "+nocookie", .. arguments]) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, text);
        return text;
    }

    public void Dispose()
    {
        _ends = true;
        _wake.Set();
        _thread.Join();
        _wake.Dispose();
        _events.Dispose();
        if (_failure is { } failure) ExceptionDispatchInfo.Throw(failure);
    }

    private void Serve(NameServer server)
    {
        try
        {
            while (!_ends) _events.Turn();
            server.Dispose();
        }
        catch (Exception e)
        {
            _failure = e;
        }
    }

    private void Work()
    {
        _wake.Reset();
        while (_work.TryDequeue(out var action)) action();
    }
}
