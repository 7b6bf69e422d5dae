using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Linux.Netlink;

/// <summary>Told of each message of an answer: the bytes after its header.</summary>
internal delegate void NetlinkReceiver(ReadOnlySpan<byte> content);

/// <summary>
/// A conversation with the kernel about the devices, addresses and routes of one network namespace: that in which the socket was made, whatever namespace its
/// user is in later (man 7 rtnetlink).
/// </summary>
internal sealed unsafe class NetlinkSocket : IDisposable
{
    internal const ushort NLM_F_REQUEST = 0x1;
    internal const ushort NLM_F_ACK = 0x4;
    internal const ushort NLM_F_DUMP = 0x300;
    internal const ushort NLM_F_REPLACE = 0x100;
    internal const ushort NLM_F_EXCL = 0x200;
    internal const ushort NLM_F_CREATE = 0x400;
    internal const ushort NLMSG_ERROR = 2;
    internal const ushort NLMSG_DONE = 3;

    private const int NETLINK_ROUTE = 0;
    private const ushort NLM_F_CAPPED = 0x100;
    private const ushort NLM_F_ACK_TLVS = 0x200;
    private const ushort NLMSGERR_ATTR_MSG = 1;

    // What the kernel gives at a time.
    private const int ReceiveSize = 32 * 1024;

    private readonly SafeFileHandle _socket;
    private readonly byte[] _received = new byte[ReceiveSize];
    private uint _sequence;

    private NetlinkSocket(SafeFileHandle socket) => _socket = socket;

    /// <summary>Opens a socket in the caller's network namespace.</summary>
    internal static NetlinkSocket Open()
    {
        var fd = Syscall.netlink_socket(NETLINK_ROUTE);
        if (fd < 0) throw new KernelException("socket", "NETLINK_ROUTE", -fd);

        // With its words for what is wrong, where it has such.
        _ = Syscall.netlink_option(fd, Syscall.NETLINK_EXT_ACK, 1);
        return new NetlinkSocket(new SafeFileHandle(fd, true));
    }

    /// <summary>Sends a message and waits until the kernel has done what it asks.</summary>
    /// <param name="message">The message, with NLM_F_ACK.</param>
    /// <param name="call">What is done, for the error.</param>
    /// <param name="subject">What it is done to.</param>
    /// <exception cref="KernelException">It is refused.</exception>
    internal void Request(in NetlinkMessage message, string call, string subject)
    {
        var (errno, text) = Exchange(message, receiver: null);
        if (errno != 0) throw new KernelException(call, subject, errno, text);
    }

    /// <summary>As <see cref="Request"/>, but gives the error number, or 0.</summary>
    internal int TryRequest(in NetlinkMessage message, NetlinkReceiver? receiver = null) => Exchange(message, receiver).Errno;

    /// <summary>Sends a message and gives what the kernel answers.</summary>
    /// <inheritdoc cref="Request"/>
    internal void Query(in NetlinkMessage message, string call, string subject, NetlinkReceiver receiver)
    {
        var (errno, text) = Exchange(message, receiver);
        if (errno != 0) throw new KernelException(call, subject, errno, text);
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private (int Errno, string? Text) Exchange(in NetlinkMessage message, NetlinkReceiver? receiver)
    {
        Send(message.Finish(++_sequence));
        while (true)
        {
            var rest = Receive();
            while (rest.Length >= NetlinkMessage.HeaderSize)
            {
                var length = (int)BinaryPrimitives.ReadUInt32LittleEndian(rest);
                if (length < NetlinkMessage.HeaderSize || length > rest.Length) break;
                var (type, flags, sequence) = (BinaryPrimitives.ReadUInt16LittleEndian(rest[4..]), BinaryPrimitives.ReadUInt16LittleEndian(rest[6..]), BinaryPrimitives.ReadUInt32LittleEndian(rest[8..]));
                var content = rest[NetlinkMessage.HeaderSize..length];
                rest = rest[Math.Min(NetlinkMessage.Padded(length), rest.Length)..];
                if (sequence != _sequence) continue;
                if (type == NLMSG_DONE) return (0, null);
                if (type == NLMSG_ERROR) return ErrorOf(content, flags);
                receiver?.Invoke(content);
            }
        }
    }

    // The error number, the message that is meant (or its header alone), then attributes.
    internal static (int Errno, string? Text) ErrorOf(ReadOnlySpan<byte> content, ushort flags)
    {
        var errno = content.Length >= 4 ? -BinaryPrimitives.ReadInt32LittleEndian(content) : LibC.EIO;
        if (errno == 0 || (flags & NLM_F_ACK_TLVS) == 0 || content.Length < 4 + NetlinkMessage.HeaderSize) return (errno, null);
        var meant = (flags & NLM_F_CAPPED) != 0 ? NetlinkMessage.HeaderSize : (int)Math.Min((uint)content.Length, BinaryPrimitives.ReadUInt32LittleEndian(content[4..]));
        var attributes = new NetlinkAttributes(content[Math.Min(4 + NetlinkMessage.Padded(meant), content.Length)..]);
        while (attributes.Next())
            if (attributes.Type == NLMSGERR_ATTR_MSG) return (errno, attributes.Text);
        return (errno, null);
    }

    private void Send(ReadOnlySpan<byte> bytes)
    {
        nint result;
        fixed (byte* p = bytes)
        {
            do result = Syscall.send(_socket.Number(), p, bytes.Length, 0);
            while (result == -LibC.EINTR);
        }

        if (result < 0) throw new KernelException("send", "netlink", (int)-result);
    }

    private ReadOnlySpan<byte> Receive()
    {
        nint result;
        fixed (byte* p = _received)
        {
            do result = Syscall.recv(_socket.Number(), p, _received.Length, 0);
            while (result == -LibC.EINTR);
        }

        if (result < 0) throw new KernelException("recv", "netlink", (int)-result);
        return _received.AsSpan(0, (int)result);
    }
}
