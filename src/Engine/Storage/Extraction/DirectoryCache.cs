using ContainerPS.Engine.Linux;
using Tmds.Linux;

namespace ContainerPS.Engine.Storage;

/// <summary>The directories last used, open: entries of an archive mostly share their parent with one shortly before.</summary>
internal sealed unsafe class DirectoryCache(RootedDirectory root, RootedDirectory.DirectoryMade made) : IDisposable
{
    private const int Slots = 16;

    private readonly Directory[] _slots = [.. Enumerable.Range(0, Slots).Select(_ => new Directory())];
    private Directory? _last;
    private long _clock;

    /// <summary>An open directory (O_PATH); valid until two others have been asked for.</summary>
    internal sealed class Directory
    {
        internal byte[] Path { get; set; } = [];

        internal int Fd { get; set; } = -1;

        /// <summary>What is made inside gets the directory's group, and directories the bit as well.</summary>
        internal bool SetGid { get; set; }

        internal long Used { get; set; }
    }

    /// <summary>Gives the directory, making it and those above it when they are missing.</summary>
    /// <exception cref="KernelException">Something on the way is no directory, or the kernel refuses.</exception>
    internal Directory GetOrCreate(ReadOnlySpan<byte> path)
    {
        if (Find(path) is { } known) return known;
        var fd = Open(path);
        if (fd == -LibC.ENOENT)
        {
            var handle = root.OpenOrCreateDirectory(path, 0x1ed /* 0755 */, made);
            fd = (int)handle.DangerousGetHandle();
            handle.SetHandleAsInvalid(); // the slot owns the descriptor now
        }

        return fd >= 0 ? Keep(path, fd) : throw new KernelException("open", TarText.Display(path), -fd);
    }

    /// <summary>Gives the directory, or null and the error number when it isn't there.</summary>
    internal Directory? TryGet(ReadOnlySpan<byte> path, out int errno)
    {
        errno = 0;
        if (Find(path) is { } known) return known;
        var fd = Open(path);
        errno = -fd;
        return fd >= 0 ? Keep(path, fd) : null;
    }

    /// <summary>Closes all but one: what was removed or changed may have been on their way.</summary>
    internal void ForgetAllBut(Directory? kept, Directory? alsoKept = null)
    {
        foreach (var slot in _slots)
        {
            if (slot != kept && slot != alsoKept) Close(slot);
        }

        _last = kept;
    }

    /// <inheritdoc/>
    public void Dispose() => ForgetAllBut(null);

    private Directory? Find(ReadOnlySpan<byte> path)
    {
        if (_last is { Fd: >= 0 } last && path.SequenceEqual(last.Path)) return Use(last);
        foreach (var slot in _slots)
        {
            if (slot.Fd >= 0 && path.SequenceEqual(slot.Path)) return Use(slot);
        }

        return null;
    }

    private Directory Use(Directory slot)
    {
        slot.Used = ++_clock;
        return _last = slot;
    }

    private int Open(ReadOnlySpan<byte> path)
    {
        var buffer = stackalloc byte[4097];
        path.CopyTo(new Span<byte>(buffer, 4096));
        buffer[path.Length] = 0;
        if (path.IsEmpty)
        {
            buffer[0] = (byte)'.';
            buffer[1] = 0;
        }

        return root.TryOpen(buffer, LibC.O_PATH | LibC.O_DIRECTORY);
    }

    private Directory Keep(ReadOnlySpan<byte> path, int fd)
    {
        var slot = _slots[0];
        foreach (var other in _slots)
        {
            if (other.Fd < 0 || (slot.Fd >= 0 && other.Used < slot.Used)) slot = other;
        }

        Close(slot);
        Syscall.statx_t stat;
        byte empty = 0;
        var result = Syscall.statx(fd, &empty, LibC.AT_EMPTY_PATH, Syscall.STATX_BASIC_STATS, &stat);
        if (result < 0)
        {
            LibC.close(fd);
            throw new KernelException("statx", TarText.Display(path), -result);
        }

        slot.Path = path.ToArray();
        slot.Fd = fd;
        slot.SetGid = (stat.stx_mode & FileBits.S_ISGID) != 0;
        return Use(slot);
    }

    private static void Close(Directory slot)
    {
        if (slot.Fd >= 0) LibC.close(slot.Fd);
        slot.Fd = -1;
    }
}
