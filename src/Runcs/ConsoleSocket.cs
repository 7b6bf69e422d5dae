using System.Text;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Runtime;
using Microsoft.Win32.SafeHandles;

namespace ContainerPS.Runcs;

/// <summary>Hands a terminal's master to whoever listens at <c>--console-socket</c> (runc's docs/terminals.md).</summary>
internal static unsafe class ConsoleSocket
{
    internal static void Send(string path, SafeFileHandle master)
    {
        using var socket = UnixSocket.Connect(Path.GetFullPath(path), stream: true);
        Send(socket, path, master);
    }

    internal static void Send(SafeFileHandle socket, string path, SafeFileHandle master)
    {
        var name = Encoding.UTF8.GetBytes("/dev/ptmx");
        nint result;
        fixed (byte* bytes = name) result = ChildMessages.SendBytes(socket.Number(), bytes, name.Length, master.Number());
        if (result < 0) throw new RuntimeStepException("send terminal to", path, (int)-result);
    }
}
