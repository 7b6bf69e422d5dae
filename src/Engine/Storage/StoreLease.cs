using System.Text;
using ContainerPS.Engine.Linux;
using Tmds.Linux;

namespace ContainerPS.Engine.Storage;

/// <summary>
/// What an operation under way relies on and nothing names yet: a file with digests, locked (man 2 flock) by the process that works on it. Who removes content
/// keeps what a living lease lists; a lease whose lock is free is that of a dead process, and is removed by who finds it.
/// </summary>
internal sealed class StoreLease : IDisposable
{
    private readonly string _path;
    private readonly FileLock _lock;
    private readonly HashSet<Digest> _kept = [];

    private StoreLease(string path, FileLock held) => (_path, _lock) = (path, held);

    /// <summary>Begins a lease on nothing.</summary>
    internal static StoreLease Take(StorePaths paths)
    {
        Directory.CreateDirectory(paths.Run, StagingFolder.PrivateMode);
        Directory.CreateDirectory(FolderOf(paths), StagingFolder.PrivateMode);
        while (true)
        {
            var path = Path.Combine(FolderOf(paths), $"{Environment.ProcessId}-{Guid.NewGuid():n}");
            // Who looks for dead leases may find this one between its creation and its lock: then it is gone, and another is made.
            if (FileLock.TryExclusive(path) is not { } held) continue;
            if (File.Exists(path)) return new StoreLease(path, held);
            held.Dispose();
        }
    }

    /// <summary>Keeps a blob or a layer, whether it is there or not. Called with removals locked out, before looking whether it is there.</summary>
    internal void Keep(Digest digest)
    {
        lock (_kept)
        {
            if (_kept.Add(digest)) RandomAccess.Write(_lock.File, Encoding.ASCII.GetBytes(digest.Hex + "\n"), (_kept.Count - 1) * (digest.Hex.Length + 1L));
        }
    }

    /// <summary>All that living leases keep. Called with everybody else locked out.</summary>
    internal static HashSet<Digest> Held(StorePaths paths)
    {
        var held = new HashSet<Digest>();
        if (!Directory.Exists(FolderOf(paths))) return held;
        foreach (var path in Directory.EnumerateFiles(FolderOf(paths)))
        {
            using var dead = FileLock.TryExclusive(path);
            if (dead is not null)
            {
                File.Delete(path);
                continue;
            }

            foreach (var line in Read(path).Split('\n'))
                if (Digest.TryParseHex(line, out var digest)) held.Add(digest);
        }

        return held;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        File.Delete(_path);
        _lock.Dispose();
    }

    // Not by the runtime's own streams, which ask for the lock that the owner holds.
    private static string Read(string path)
    {
        try
        {
            using var file = FileDescriptors.Open(path, LibC.O_RDONLY);
            var bytes = new byte[RandomAccess.GetLength(file)];
            return Encoding.ASCII.GetString(bytes, 0, RandomAccess.Read(file, bytes, 0));
        }
        catch (KernelException e) when (e.Errno == LibC.ENOENT)
        {
            // It has just ended.
            return "";
        }
    }

    private static string FolderOf(StorePaths paths) => Path.Combine(paths.Run, "leases");
}
