using System.Text;
using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Build;

/// <summary>A folder of whiteouts that, laid over a context, hides what .dockerignore leaves out of it.</summary>
internal sealed unsafe class IgnoreMask
{
    private readonly SourceTree _tree;
    private readonly HashSet<string> _kept;
    private readonly RootedDirectory _mask;
    private readonly CancellationToken _cancellation;
    private bool _hides;

    private IgnoreMask(SourceTree tree, HashSet<string> kept, RootedDirectory mask, CancellationToken cancellation) => (_tree, _kept, _mask, _cancellation) = (tree, kept, mask, cancellation);

    /// <summary>Makes the mask of a directory of a context; null when nothing in it is left out.</summary>
    /// <param name="tree">The context.</param>
    /// <param name="path">The directory.</param>
    /// <param name="newFolder">Gives an empty folder.</param>
    /// <param name="cancellation">Stops between two entries.</param>
    internal static string? Make(SourceTree tree, string path, Func<string> newFolder, CancellationToken cancellation)
    {
        var item = new SourceFinder(tree, IgnoreFile.Nothing, cancellation).FindPlain(path);
        var kept = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in item.Entries) kept.Add(Encoding.Latin1.GetString(entry.Path));
        var folder = newFolder();
        using var mask = RootedDirectory.Open(folder);
        var maker = new IgnoreMask(tree, kept, mask, cancellation);
        maker.Walk(path == "." ? [] : Encoding.UTF8.GetBytes(path));
        return maker._hides ? folder : null;
    }

    private void Walk(byte[] path)
    {
        _cancellation.ThrowIfCancellationRequested();
        using var directory = _tree.Open(path, LibC.O_RDONLY | LibC.O_DIRECTORY);
        SafeFileHandle? place = null;
        try
        {
            foreach (var name in TreeRemoval.List(directory.Number()))
            {
                byte[] inner = path.Length == 0 ? name[..^1] : [.. path, (byte)'/', .. name.AsSpan(0, name.Length - 1)];
                fixed (byte* start = name)
                {
                    if (_kept.Contains(Encoding.Latin1.GetString(inner)))
                    {
                        if (EntryStatus.TryGet(directory.Number(), start, out var status) && status.Type == FileBits.S_IFDIR) Walk(inner);
                        continue;
                    }

                    place ??= MakePlace(path);
                    var result = Syscall.mknodat(place.Number(), start, FileBits.S_IFCHR, 0);
                    if (result < 0) throw new KernelException("make whiteout", Storage.TarText.Display(inner), -result);
                    _hides = true;
                }
            }
        }
        finally
        {
            place?.Dispose();
        }
    }

    // Directories of the mask lie over the context's and are seen instead of them: they are made to look the same.
    private SafeFileHandle MakePlace(byte[] path)
    {
        for (var at = 0; at <= path.Length; at++)
        {
            if (at > 0 && at < path.Length && path[at] != '/') continue;
            using var original = _tree.Open(path[..at], LibC.O_RDONLY | LibC.O_DIRECTORY);
            using var made = _mask.OpenOrCreateDirectory(path.AsSpan(0, at), 0x1c0);
            using var copy = new SafeFileHandle(EntryStatus.Reopen(made.Number(), LibC.O_RDONLY | LibC.O_DIRECTORY), ownsHandle: true);
            Copy(original, copy);
        }

        return _mask.OpenOrCreateDirectory(path, 0x1c0);
    }

    private static void Copy(SafeFileHandle from, SafeFileHandle to)
    {
        var status = EntryStatus.Of(from);
        _ = Syscall.fchown(to.Number(), status.stx_uid, status.stx_gid);
        _ = Syscall.fchmod(to.Number(), status.Permissions);
    }
}
