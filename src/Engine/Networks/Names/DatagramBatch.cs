using System.Runtime.InteropServices;
using ContainerPS.Engine.Linux;

namespace ContainerPS.Engine.Networks;

/// <summary>
/// Receives and answers several datagrams with one call each (man 2 recvmmsg, sendmmsg). A datagram is answered in the memory that it is in, and goes back to
/// where it came from.
/// </summary>
internal sealed unsafe class DatagramBatch : IDisposable
{
    /// <summary>Datagrams per call. What else the monitor watches has its turn in between.</summary>
    internal const int Most = 32;

    /// <summary>The longest datagram: no query is longer, and no answer of ours.</summary>
    internal const int LongestDatagram = 4096;

    private const int AddressPlace = 32;
    private const int MSG_TRUNC = 0x20;

    private readonly byte* _memory;
    private readonly byte* _addresses;
    private readonly Vector* _vectors;
    private readonly Header* _received;
    private readonly Header* _answers;
    private int _answerCount;

    internal DatagramBatch()
    {
        // One piece; pages that no datagram has touched are not there yet.
        const int size = Most * (LongestDatagram + AddressPlace);
        _memory = (byte*)NativeMemory.AllocZeroed((nuint)(size + Most * (sizeof(Vector) + 2 * sizeof(Header))));
        _addresses = _memory + Most * LongestDatagram;
        _vectors = (Vector*)(_memory + size);
        _received = (Header*)(_vectors + Most);
        _answers = _received + Most;
        for (var i = 0; i < Most; i++)
        {
            _vectors[i].Base = _memory + i * LongestDatagram;
            _received[i].Name = _addresses + i * AddressPlace;
            _received[i].Vectors = _vectors + i;
            _received[i].VectorCount = 1;
        }
    }

    /// <summary>Receives what is there: how many, 0 for none.</summary>
    internal int Receive(int socket)
    {
        _answerCount = 0;
        for (var i = 0; i < Most; i++)
        {
            _vectors[i].Length = LongestDatagram;
            _received[i].NameLength = NameSocket.LongestAddress;
        }

        var count = Syscall.Raw(Syscall.Number(299, 243) /* recvmmsg */, socket, (nint)_received, Most, Syscall.MSG_DONTWAIT);
        return (int)Math.Max(0, count);
    }

    /// <summary>Length of one; 0 when it was too long.</summary>
    internal int Length(int index) => (_received[index].Flags & MSG_TRUNC) == 0 ? (int)_received[index].Transferred : 0;

    /// <summary>The memory that one is in, at its start.</summary>
    internal Span<byte> Buffer(int index) => new(_memory + index * LongestDatagram, LongestDatagram);

    /// <summary>Where one came from.</summary>
    internal ReadOnlySpan<byte> Sender(int index) => new(_addresses + index * AddressPlace, (int)_received[index].NameLength);

    /// <summary>Says that one has become its answer, of that length.</summary>
    internal void Answer(int index, int length)
    {
        _vectors[index].Length = (nuint)length;
        _answers[_answerCount] = _received[index];
        _answers[_answerCount++].Flags = 0;
    }

    /// <summary>Sends all answers; what cannot be sent is lost, as datagrams are, and asked for again.</summary>
    internal void SendAnswers(int socket)
    {
        for (var sent = 0; sent < _answerCount;)
        {
            var count = (int)Syscall.Raw(Syscall.Number(307, 269) /* sendmmsg */, socket, (nint)(_answers + sent), _answerCount - sent, Syscall.MSG_DONTWAIT | Syscall.MSG_NOSIGNAL);
            sent += Math.Max(1, count);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => NativeMemory.Free(_memory);

    /// <summary>struct iovec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Vector
    {
        internal byte* Base;
        internal nuint Length;
    }

    /// <summary>struct mmsghdr of 64-bit processors, with the struct msghdr in it; no control messages.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 64)]
    private struct Header
    {
        [FieldOffset(0)]
        internal byte* Name;

        [FieldOffset(8)]
        internal uint NameLength;

        [FieldOffset(16)]
        internal Vector* Vectors;

        [FieldOffset(24)]
        internal nuint VectorCount;

        [FieldOffset(48)]
        internal int Flags;

        [FieldOffset(56)]
        internal readonly uint Transferred;
    }
}
