using System.Runtime.InteropServices;

namespace ContainerPS.Engine.Containers;

/// <summary>Messages that wait for room in a socket, in memory of their own that is given back as soon as they have gone.</summary>
internal sealed unsafe class MessageQueue : IDisposable
{
    private const int SmallestCapacity = 64 * 1024;

    private byte* _bytes;
    private int _capacity;
    private int _start;
    private int _end;

    /// <summary>True when nothing waits.</summary>
    internal bool IsEmpty => _start == _end;

    /// <summary>Bytes that wait.</summary>
    internal int Size => _end - _start;

    /// <summary>Adds a message.</summary>
    internal void Add(ReadOnlySpan<byte> message)
    {
        MakeRoom(sizeof(int) + message.Length);
        *(int*)(_bytes + _end) = message.Length;
        message.CopyTo(new Span<byte>(_bytes + _end + sizeof(int), message.Length));
        _end += sizeof(int) + message.Length;
    }

    /// <summary>The oldest message, valid until the next call.</summary>
    internal ReadOnlySpan<byte> Peek() => new(_bytes + _start + sizeof(int), *(int*)(_bytes + _start));

    /// <summary>Takes the oldest message away.</summary>
    internal void Remove()
    {
        _start += sizeof(int) + *(int*)(_bytes + _start);
        if (IsEmpty) Clear();
    }

    /// <summary>Takes all away.</summary>
    internal void Clear()
    {
        NativeMemory.Free(_bytes);
        _bytes = null;
        _capacity = _start = _end = 0;
    }

    /// <inheritdoc/>
    public void Dispose() => Clear();

    private void MakeRoom(int count)
    {
        if (_capacity - _end >= count) return;
        if (_start > 0)
        {
            new Span<byte>(_bytes + _start, Size).CopyTo(new Span<byte>(_bytes, Size));
            (_start, _end) = (0, Size);
            if (_capacity - _end >= count) return;
        }

        _capacity = Math.Max(Math.Max(SmallestCapacity, _capacity * 2), _end + count);
        _bytes = (byte*)NativeMemory.Realloc(_bytes, (nuint)_capacity);
    }
}
