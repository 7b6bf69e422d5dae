using System.Buffers.Binary;
using System.Net.Sockets;

namespace ContainerPS.Engine.Tests.Networks.Names;

/// <summary>Messages with their length before them, and datagrams.</summary>
internal static class SocketMessages
{
    internal static byte[] WithLength(byte[] packet) => [.. Packet.Number((ushort)packet.Length), .. packet];

    internal static void SendMessage(this Socket socket, byte[] packet) => socket.Send(WithLength(packet));

    /// <summary>The next message, or null when the other end has closed the connection.</summary>
    internal static byte[]? ReceiveMessage(this Socket socket) =>
        socket.ReceiveExactly(2) is { } length ? socket.ReceiveExactly(BinaryPrimitives.ReadUInt16BigEndian(length)) : null;

    internal static byte[] ReceivePacket(this Socket socket)
    {
        var buffer = new byte[65536];
        return buffer[..socket.Receive(buffer)];
    }

    private static byte[]? ReceiveExactly(this Socket socket, int length)
    {
        var buffer = new byte[length];
        for (var received = 0; received < length;)
        {
            int count;
            try
            {
                count = socket.Receive(buffer.AsSpan(received));
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
            {
                return null;
            }

            if (count == 0) return null;
            received += count;
        }

        return buffer;
    }
}
