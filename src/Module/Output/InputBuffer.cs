namespace ContainerPS.Module;

/// <summary>Bytes on their way from the pipeline to a program: one thread adds them, another takes all there are at once.</summary>
internal sealed class InputBuffer
{
    private const int Capacity = 256 * 1024;

    private readonly object _lock = new();
    private byte[] _filling = new byte[Capacity];
    private byte[] _taken = new byte[Capacity];
    private int _length;
    private bool _complete;

    /// <summary>Adds bytes, as many as there is room for.</summary>
    /// <returns>How many.</returns>
    internal int Add(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            var count = Math.Min(bytes.Length, Capacity - _length);
            bytes[..count].CopyTo(_filling.AsSpan(_length));
            _length += count;
            Monitor.Pulse(_lock);
            return count;
        }
    }

    /// <summary>Says that there will be no more.</summary>
    internal void Complete()
    {
        lock (_lock)
        {
            _complete = true;
            Monitor.Pulse(_lock);
        }
    }

    /// <summary>Waits for bytes and takes them. They stay as they are until the next call; none are the end.</summary>
    internal ReadOnlySpan<byte> Take()
    {
        lock (_lock)
        {
            while (_length == 0 && !_complete)
                Monitor.Wait(_lock);
            (_filling, _taken) = (_taken, _filling);
            var bytes = _taken.AsSpan(0, _length);
            _length = 0;
            return bytes;
        }
    }
}
