using System.Buffers.Binary;
using System.Text;

namespace ContainerPS.Engine.Linux.Netlink;

/// <summary>The attributes of a message from the kernel, one after the other. What is cut off or has an impossible length ends the list.</summary>
internal ref struct NetlinkAttributes(ReadOnlySpan<byte> rest)
{
    private const int HeaderSize = 4;

    // Two flags are in the type: attributes inside, and network byte order.
    private const int TypeMask = 0x3fff;

    private ReadOnlySpan<byte> _rest = rest;

    /// <summary>The attribute's type.</summary>
    internal ushort Type { get; private set; }

    /// <summary>The attribute's bytes.</summary>
    internal ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>The attribute as it is in the message: with its header, and what pads it.</summary>
    internal ReadOnlySpan<byte> Whole { get; private set; }

    /// <summary>Those bytes as a number of four bytes; 0 when they are fewer.</summary>
    internal readonly uint Number => Value.Length >= 4 ? BinaryPrimitives.ReadUInt32LittleEndian(Value) : 0;

    /// <summary>Those bytes as text, without the zero at its end.</summary>
    internal readonly string Text => Encoding.UTF8.GetString(Value.TrimEnd((byte)0));

    /// <summary>Goes to the next attribute; false when there is none.</summary>
    internal bool Next()
    {
        if (_rest.Length < HeaderSize) return false;
        var length = BinaryPrimitives.ReadUInt16LittleEndian(_rest);
        if (length < HeaderSize || length > _rest.Length) return false;
        Type = (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(_rest[2..]) & TypeMask);
        Value = _rest[HeaderSize..length];
        Whole = _rest[..Math.Min(NetlinkMessage.Padded(length), _rest.Length)];
        _rest = _rest[Whole.Length..];
        return true;
    }
}
