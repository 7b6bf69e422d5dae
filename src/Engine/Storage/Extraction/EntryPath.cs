namespace ContainerPS.Engine.Storage;

/// <summary>
/// A path of an archive, cleaned: relative to the root, without empty, "." and ".." components, in two strings that end in NUL as system calls want them.
/// One is used again and again, so that an entry costs no memory.
/// </summary>
internal sealed unsafe class EntryPath
{
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(4096 + 1, pinned: true);
    private int _length;
    private int _name;

    /// <summary>True for the root itself.</summary>
    internal bool IsRoot => _length == 0;

    /// <summary>The directory the entry is in; empty for the root.</summary>
    internal ReadOnlySpan<byte> Parent => _buffer.AsSpan(0, Math.Max(0, _name - 1));

    /// <summary>The last component, without NUL; empty for the root.</summary>
    internal ReadOnlySpan<byte> Name => _buffer.AsSpan(_name, _length - _name);

    /// <summary>The last component, for system calls.</summary>
    internal byte* NamePointer => (byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref _buffer[_name]);

    /// <summary>The whole path as an array of its own.</summary>
    internal byte[] ToArray() => _name == 0 ? Name.ToArray() : [.. Parent, (byte)'/', .. Name];

    /// <summary>Takes a path of at most 4095 bytes. False when it leaves the root.</summary>
    internal bool TrySet(ReadOnlySpan<byte> path)
    {
        var length = 0;
        while (!path.IsEmpty)
        {
            var slash = path.IndexOf((byte)'/');
            var component = slash < 0 ? path : path[..slash];
            path = slash < 0 ? default : path[(slash + 1)..];
            if (component.IsEmpty || component.SequenceEqual("."u8)) continue;
            if (component.SequenceEqual(".."u8))
            {
                if (length == 0) return false;
                length = Math.Max(0, _buffer.AsSpan(0, length).LastIndexOf((byte)'/'));
                continue;
            }

            if (length > 0) _buffer[length++] = (byte)'/';
            component.CopyTo(_buffer.AsSpan(length));
            length += component.Length;
        }

        _length = length;
        _name = _buffer.AsSpan(0, length).LastIndexOf((byte)'/') + 1;
        if (_name > 0) _buffer[_name - 1] = 0;
        _buffer[length] = 0;
        return true;
    }
}
