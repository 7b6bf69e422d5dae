using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Networks;

/// <summary>Talks to the kernel's packet filter (man 7 netlink, linux/netfilter/nfnetlink.h), in the network namespace of the thread that opens it.</summary>
internal sealed unsafe class NetfilterSocket : IDisposable
{
    private const int AF_NETLINK = 16;
    private const int SOCK_RAW = 3;
    private const int NETLINK_NETFILTER = 12;
    private const int NLM_F_REQUEST = 1;
    private const int NLM_F_ACK = 4;
    private const int NLM_F_DUMP = 0x300;
    private const int NLMSG_ERROR = 2;
    private const int NLMSG_DONE = 3;
    private const int HeaderSize = 20;

    private readonly SafeFileHandle _socket;
    private readonly byte[] _buffer = new byte[32 * 1024];

    private NetfilterSocket(SafeFileHandle socket) => _socket = socket;

    /// <summary>Reads the attributes of one message that answers.</summary>
    internal delegate void AnswerReader(byte family, ReadOnlySpan<byte> attributes);

    /// <summary>A socket; null when the kernel has no packet filter.</summary>
    internal static NetfilterSocket? TryOpen()
    {
        var fd = (int)Syscall.Raw(Syscall.Number(41, 198) /* socket */, AF_NETLINK, SOCK_RAW | Syscall.SOCK_CLOEXEC, NETLINK_NETFILTER);
        if (fd == -LibC.EPROTONOSUPPORT || fd == -LibC.EAFNOSUPPORT) return null;
        if (fd < 0) throw new KernelException("socket(NETLINK_NETFILTER)", "", -fd);
        return new NetfilterSocket(new SafeFileHandle(fd, ownsHandle: true));
    }

    /// <summary>Has all objects of a kind listed: 0, or the error's number.</summary>
    internal int List(int subsystem, int type, byte family, ReadOnlySpan<byte> attributes, AnswerReader reader)
    {
        Send(subsystem, type, family, NLM_F_REQUEST | NLM_F_DUMP, attributes);
        return Receive(reader);
    }

    /// <summary>Has one thing done or told: 0, or the error's number.</summary>
    internal int Do(int subsystem, int type, byte family, ReadOnlySpan<byte> attributes, AnswerReader? reader = null)
    {
        Send(subsystem, type, family, NLM_F_REQUEST | NLM_F_ACK, attributes);
        return Receive(reader ?? (static (_, _) => { }));
    }

    /// <summary>Has the messages of one transaction done, of which the last that does something asks for an answer: 0, or the number of the first error.</summary>
    internal int Change(ReadOnlySpan<byte> batch)
    {
        Send(batch);
        return Receive(static (_, _) => { });
    }

    /// <summary>The value of the attribute of that type, empty when there is none. Values begin after length and type, and are padded to four bytes.</summary>
    internal static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> attributes, int type, bool withHeader = false)
    {
        while (attributes.Length >= 4)
        {
            var length = BitConverter.ToUInt16(attributes);
            if (length < 4 || length > attributes.Length) break;

            // The highest bits say only that it is nested, or in the network's order of bytes.
            if ((BitConverter.ToUInt16(attributes[2..]) & 0x3fff) == type) return withHeader ? attributes[..Math.Min(attributes.Length, Padded(length))] : attributes[4..length];
            attributes = attributes[Math.Min(attributes.Length, Padded(length))..];
        }

        return [];
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private static int Padded(int length) => (length + 3) & ~3;

    private void Send(int subsystem, int type, byte family, int flags, ReadOnlySpan<byte> attributes)
    {
        // nlmsghdr: length, type, flags, number, port; nfgenmsg: family, version, resource
        Span<byte> message = stackalloc byte[HeaderSize + attributes.Length];
        message.Clear();
        BitConverter.TryWriteBytes(message, message.Length);
        BitConverter.TryWriteBytes(message[4..], (ushort)((subsystem << 8) | type));
        BitConverter.TryWriteBytes(message[6..], (ushort)flags);
        message[16] = family;
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
            while (rest.Length >= 16)
            {
                var size = BitConverter.ToInt32(rest);
                var type = BitConverter.ToUInt16(rest[4..]);
                if (size < 16 || size > rest.Length) return LibC.EIO;
                if (type == NLMSG_DONE) return 0;
                if (type == NLMSG_ERROR) return -BitConverter.ToInt32(rest[16..]);
                if (size >= HeaderSize) reader(rest[16], rest[HeaderSize..size]);
                rest = rest[Math.Min(rest.Length, Padded(size))..];
            }
        }
    }
}
