using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;

namespace ContainerPS.Engine.Tests.Runtime;

/// <summary>
/// An agent that decides calls (man 2 seccomp_unotify): it takes every connection at its socket, keeps what it is told, and answers every
/// call that is handed over as if it had succeeded, without it being made.
/// </summary>
internal sealed unsafe class SeccompAgent : IDisposable
{
    private static readonly nint s_receive = unchecked((nint)0xC0502100); // SECCOMP_IOCTL_NOTIF_RECV
    private static readonly nint s_send = unchecked((nint)0xC0182101); // SECCOMP_IOCTL_NOTIF_SEND
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Thread _thread;

    internal SeccompAgent(string path)
    {
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen();
        _thread = new Thread(Serve) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>What was sent, a connection each.</summary>
    internal List<JsonElement> States { get; } = [];

    /// <summary>How many have been sent so far.</summary>
    internal int Count
    {
        get
        {
            lock (States) return States.Count;
        }
    }

    /// <summary>Numbers of the calls that were decided.</summary>
    internal List<int> Calls { get; } = [];

    public void Dispose()
    {
        _listener.Dispose();
        _thread.Join();
    }

    private void Serve()
    {
        try
        {
            while (true)
            {
                using var connection = _listener.Accept();
                var (text, fd) = Receive((int)connection.Handle);
                using var document = JsonDocument.Parse(text);
                lock (States) States.Add(document.RootElement.Clone());
                new Thread(() => Decide(fd)) { IsBackground = true }.Start();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    /// <summary>All bytes up to the end of the connection, and the descriptor that came with the first.</summary>
    private static (string Text, SafeFileHandle Fd) Receive(int socket)
    {
        var text = new MemoryStream();
        var data = new byte[4096];
        var control = new byte[64];
        var vector = stackalloc nint[2];
        var message = stackalloc nint[7];
        new Span<nint>(message, 7).Clear();
        var fd = -1;
        while (true)
        {
            nint received;
            fixed (byte* bytes = data, rights = control)
            {
                (vector[0], vector[1]) = ((nint)bytes, data.Length);
                (message[2], message[3], message[4], message[5]) = ((nint)vector, 1, (nint)rights, control.Length);
                received = Syscall.Raw(Syscall.Number(47, 212) /* recvmsg */, socket, (nint)message, 0x40000000);
                if (message[5] >= 20) fd = *(int*)(rights + 16);
            }

            Assert.True(received >= 0);
            if (received == 0) return (Encoding.UTF8.GetString(text.ToArray()), new SafeFileHandle(fd, true));
            text.Write(data, 0, (int)received);
        }
    }

    private void Decide(SafeFileHandle listener)
    {
        using var owned = listener;
        var notification = stackalloc byte[80];
        var answer = stackalloc byte[24];
        while (true)
        {
            new Span<byte>(notification, 80).Clear();
            var poll = new Syscall.PollFd { fd = listener.Number(), events = Syscall.POLLIN };
            if (Syscall.poll(&poll, 1, -1) < 0 || (poll.revents & Syscall.POLLIN) == 0) return;
            if (Syscall.Raw(Syscall.Number(16, 29), listener.Number(), s_receive, (nint)notification) < 0) continue;
            lock (Calls) Calls.Add(*(int*)(notification + 16));
            new Span<byte>(answer, 24).Clear();
            *(ulong*)answer = *(ulong*)notification;
            _ = Syscall.Raw(Syscall.Number(16, 29), listener.Number(), s_send, (nint)answer);
        }
    }
}
