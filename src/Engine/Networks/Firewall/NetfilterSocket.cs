using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Linux.Netlink;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Networks;

/// <summary>Talks to the kernel's packet filter (man 7 netlink, linux/netfilter/nfnetlink.h), in the network namespace of the thread that opens it.</summary>
internal sealed unsafe class NetfilterSocket : IDisposable
{
    private const int NETLINK_NETFILTER = 12;

    // nlmsghdr, then nfgenmsg: family, version, resource.
    private const int HeaderSize = NetlinkMessage.HeaderSize + 4;

    private readonly SafeFileHandle _socket;
    private readonly byte[] _buffer = new byte[32 * 1024];

    private NetfilterSocket(SafeFileHandle socket) => _socket = socket;

    /// <summary>Reads the attributes of one message that answers.</summary>
    internal delegate void AnswerReader(byte family, ReadOnlySpan<byte> attributes);

    /// <summary>A socket; null when the kernel has no packet filter.</summary>
    internal static NetfilterSocket? TryOpen()
    {
        var fd = Syscall.netlink_socket(NETLINK_NETFILTER);
        if (fd == -LibC.EPROTONOSUPPORT || fd == -LibC.EAFNOSUPPORT) return null;
        if (fd < 0) throw new KernelException("socket(NETLINK_NETFILTER)", "", -fd);
        return new NetfilterSocket(new SafeFileHandle(fd, ownsHandle: true));
    }

    /// <summary>Has all objects of a kind listed: 0, or the error's number.</summary>
    internal int List(int subsystem, int type, byte family, ReadOnlySpan<byte> attributes, AnswerReader reader)
    {
        Send(subsystem, type, family, NetlinkSocket.NLM_F_REQUEST | NetlinkSocket.NLM_F_DUMP, attributes);
        return Receive(reader);
    }

    /// <summary>Has one thing done or told: 0, or the error's number.</summary>
    internal int Do(int subsystem, int type, byte family, ReadOnlySpan<byte> attributes, AnswerReader? reader = null)
    {
        Send(subsystem, type, family, NetlinkSocket.NLM_F_REQUEST | NetlinkSocket.NLM_F_ACK, attributes);
        return Receive(reader ?? (static (_, _) => { }));
    }

    /// <summary>Has a transaction done: 0, or the number of the first error.</summary>
    internal int Change(NetfilterBatch batch)
    {
        var messages = batch.Finish();

        // A socket takes no more at once than it may keep: two thousand ports are more than that by default.
        _ = Syscall.force_send_buffer(_socket.Number(), messages.Length);
        Send(messages);
        return Receive(static (_, _) => { });
    }

    /// <summary>The value of the attribute of that type, empty when there is none. Values begin after length and type, and are padded to four bytes.</summary>
    internal static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> attributes, int type, bool withHeader = false)
    {
        var list = new NetlinkAttributes(attributes);
        while (list.Next())
            if (list.Type == type) return withHeader ? list.Whole : list.Value;
        return [];
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private void Send(int subsystem, int type, byte family, int flags, ReadOnlySpan<byte> attributes)
    {
        // nlmsghdr: length, type, flags, number, port
        Span<byte> message = stackalloc byte[HeaderSize + attributes.Length];
        message.Clear();
        BitConverter.TryWriteBytes(message, message.Length);
        BitConverter.TryWriteBytes(message[4..], (ushort)((subsystem << 8) | type));
        BitConverter.TryWriteBytes(message[6..], (ushort)flags);
        message[NetlinkMessage.HeaderSize] = family;
        attributes.CopyTo(message[HeaderSize..]);
        Send(message);
    }

    private void Send(ReadOnlySpan<byte> message)
    {
        nint result;
        fixed (byte* bytes = message) result = Syscall.send(_socket.Number(), bytes, message.Length, 0);
        if (result < 0) throw new KernelException("send(NETLINK_NETFILTER)", "", (int)-result);
    }

    private int Receive(AnswerReader reader)
    {
        while (true)
        {
            nint length;
            fixed (byte* bytes = _buffer) length = Syscall.recv(_socket.Number(), bytes, _buffer.Length, 0);
            if (length == -LibC.EINTR) continue;
            if (length < 0) return (int)-length;
            ReadOnlySpan<byte> rest = _buffer.AsSpan(0, (int)length);
            while (rest.Length >= NetlinkMessage.HeaderSize)
            {
                var size = BitConverter.ToInt32(rest);
                var type = BitConverter.ToUInt16(rest[4..]);
                if (size < NetlinkMessage.HeaderSize || size > rest.Length) return LibC.EIO;
                if (type == NetlinkSocket.NLMSG_DONE) return 0;
                if (type == NetlinkSocket.NLMSG_ERROR) return -BitConverter.ToInt32(rest[NetlinkMessage.HeaderSize..]);
                if (size >= HeaderSize) reader(rest[NetlinkMessage.HeaderSize], rest[HeaderSize..size]);
                rest = rest[Math.Min(rest.Length, NetlinkMessage.Padded(size))..];
            }
        }
    }
}
