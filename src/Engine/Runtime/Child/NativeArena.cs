using System.Runtime.InteropServices;
using System.Text;

namespace ContainerPS.Engine.Runtime;

/// <summary>Native memory for what a child reads: grows in blocks that never move, freed as a whole.</summary>
internal sealed unsafe class NativeArena : IDisposable
{
    private const int BlockSize = 16 * 1024;
    private readonly List<nint> _blocks = [];
    private byte* _next;
    private nint _left;

    /// <summary>Zeroed memory, aligned to 8 bytes.</summary>
    internal void* Allocate(nint size)
    {
        size = (size + 7) & ~7;
        if (size > _left)
        {
            var block = Math.Max(size, BlockSize);
            _next = (byte*)NativeMemory.AllocZeroed((nuint)block);
            _blocks.Add((nint)_next);
            _left = block;
        }

        var result = _next;
        _next += size;
        _left -= size;
        return result;
    }

    /// <summary>A zero-terminated UTF-8 copy.</summary>
    internal byte* Text(string text)
    {
        var size = Encoding.UTF8.GetByteCount(text);
        var result = (byte*)Allocate(size + 1);
        Encoding.UTF8.GetBytes(text, new Span<byte>(result, size));
        return result;
    }

    /// <summary>A null-terminated array of zero-terminated UTF-8 copies.</summary>
    internal byte** Texts(IReadOnlyList<string> texts)
    {
        var result = (byte**)Allocate((texts.Count + 1) * sizeof(byte*));
        for (var i = 0; i < texts.Count; i++) result[i] = Text(texts[i]);
        return result;
    }

    /// <summary>A copy.</summary>
    internal void* Copy<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        var result = Allocate(values.Length * sizeof(T));
        values.CopyTo(new Span<T>(result, values.Length));
        return result;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var block in _blocks) NativeMemory.Free((void*)block);
        _blocks.Clear();
        _left = 0;
    }
}
