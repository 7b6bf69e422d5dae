using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace ContainerPS.Engine.Linux.Netlink;

/// <summary>
/// A message to the kernel, written into the caller's buffer: a header, a structure, then attributes, each with its length and type before it and padded to
/// four bytes, some with attributes inside (man 7 netlink).
/// </summary>
internal ref struct NetlinkMessage
{
    internal const int HeaderSize = 16;
    private const int AttributeHeaderSize = 4;

    private readonly Span<byte> _buffer;

    /// <summary>Begins a message.</summary>
    /// <param name="buffer">Where it is written; it must be large enough.</param>
    /// <param name="type">RTM_….</param>
    /// <param name="flags">NLM_F_….</param>
    internal NetlinkMessage(Span<byte> buffer, ushort type, ushort flags)
    {
        _buffer = buffer;
        _buffer.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(_buffer[4..], type);
        BinaryPrimitives.WriteUInt16LittleEndian(_buffer[6..], flags);
        Length = HeaderSize;
    }

    /// <summary>Bytes so far.</summary>
    internal int Length { get; private set; }

    /// <summary>Adds the structure that follows the header.</summary>
    internal void Append<T>(in T value)
        where T : unmanaged
    {
        MemoryMarshal.Write(_buffer[Length..], value);
        Length = Padded(Length + Marshal.SizeOf<T>());
    }

    /// <summary>Adds an attribute of any bytes.</summary>
    internal void Add(ushort attribute, scoped ReadOnlySpan<byte> value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_buffer[Length..], (ushort)(AttributeHeaderSize + value.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(_buffer[(Length + 2)..], attribute);
        value.CopyTo(_buffer[(Length + AttributeHeaderSize)..]);
        Length = Padded(Length + AttributeHeaderSize + value.Length);
    }

    /// <summary>Adds an attribute that is a number of four bytes.</summary>
    internal void Add(ushort attribute, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        Add(attribute, bytes);
    }

    /// <summary>Adds an attribute that is a number of four bytes in the network's order, which the packet filter's are in.</summary>
    internal void AddNetworkOrder(ushort attribute, uint value) => Add(attribute, BinaryPrimitives.ReverseEndianness(value));

    /// <summary>Adds an attribute that is a number of two bytes.</summary>
    internal void AddShort(ushort attribute, ushort value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
        Add(attribute, bytes);
    }

    /// <summary>Adds an attribute that is text with a zero at its end.</summary>
    internal void Add(ushort attribute, string text)
    {
        Span<byte> bytes = stackalloc byte[Encoding.UTF8.GetMaxByteCount(text.Length) + 1];
        var length = Encoding.UTF8.GetBytes(text, bytes);
        bytes[length] = 0;
        Add(attribute, bytes[..(length + 1)]);
    }

    /// <summary>Begins an attribute with attributes inside.</summary>
    /// <returns>What <see cref="End"/> is told.</returns>
    internal int Begin(ushort attribute)
    {
        var start = Length;
        Add(attribute, []);
        return start;
    }

    /// <summary>Ends an attribute with attributes inside.</summary>
    internal readonly void End(int start) => BinaryPrimitives.WriteUInt16LittleEndian(_buffer[start..], (ushort)(Length - start));

    /// <summary>The whole message.</summary>
    /// <param name="sequence">Number by which the answer is known.</param>
    internal readonly Span<byte> Finish(uint sequence)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer, (uint)Length);
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer[8..], sequence);
        return _buffer[..Length];
    }

    /// <summary>A length with the padding that follows it.</summary>
    internal static int Padded(int length) => (length + 3) & ~3;
}
