using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Storage;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Containers;

/// <summary>
/// Copies files and trees, descriptor by descriptor: contents, modes, times, links, extended attributes, holes. No link is followed on either side, and what
/// was looked at is what is opened, so that nobody who renames or exchanges things meanwhile leads it elsewhere. Partial by concern: this file is the walk.
/// </summary>
internal sealed unsafe partial class TreeTransfer : IDisposable
{
    private const int Deepest = 1000;

    private readonly CopyTree _from;
    private readonly CopyTree _to;
    private readonly TransferRules _rules;
    private readonly IProgress<CopyProgress>? _progress;
    private readonly CancellationToken _cancellation;
    private readonly FileContent _content;
    private readonly uint _user = LibC.geteuid();
    private readonly List<byte[]> _names = [];
    private string _sourcePath = "";
    private string _targetPath = "";
    private int _top;
    private int _ownNames;
    private (ulong, uint, uint)? _made;
    private long _files;
    private long _bytes;
    private long _reported;

    internal TreeTransfer(CopyTree from, CopyTree to, TransferRules rules, IProgress<CopyProgress>? progress, CancellationToken cancellation)
    {
        _from = from;
        _to = to;
        _rules = rules;
        _progress = progress;
        _cancellation = cancellation;
        _content = new FileContent(cancellation, Count);
    }

    /// <summary>Copies a file or a directory under a name into a directory; a directory of that name is merged with it.</summary>
    internal void Copy(CopySource source, CopyTarget target)
    {
        (_sourcePath, _targetPath) = (source.Path, target.Path);
        _names.Clear();
        _links.Clear();
        _made = null;

        // The first name is the copy's own, which may be another than the original's.
        _ownNames = target.Name is null ? 0 : 1;
        _top = target.Directory.Number();
        var status = source.Status;
        if (target.Name is { } name) Enter(source.File.Number(), status, status.stx_mnt_id, _top, name, 0);
        else CopyContent(source.File.Number(), status);
        _to.CheckWhole();
        _from.CheckWhole();
        Report(always: true);
    }

    /// <inheritdoc/>
    public void Dispose() => _content.Dispose();

    // The directory itself stays as it is.
    private void CopyContent(int source, in Syscall.statx_t status)
    {
        var target = EntryStatus.Of(_top);
        _made = IdentityOf(target);
        if (_made == IdentityOf(status)) throw IntoItself();
        var reader = OpenDirectory(source);
        try
        {
            CopyChildren(reader, status.stx_mnt_id, _top, 0);
        }
        finally
        {
            LibC.close(reader);
        }
    }

    private void CopyChildren(int source, ulong mount, int target, int depth)
    {
        if (depth > Deepest) throw new ContainerEngineException("TooDeep", ErrorKind.InvalidData, $"'{SourceName()}' lies more than {Deepest} directories deep, and is not copied.", SourceName());
        foreach (var name in TreeRemoval.List(source))
        {
            fixed (byte* start = name)
            {
                var child = Syscall.openat(source, start, LibC.O_PATH | LibC.O_NOFOLLOW | LibC.O_CLOEXEC);
                if (child == -LibC.ENOENT) continue;
                _names.Add(name);
                if (child < 0) throw Failed("open", SourceName(), -child);
                try
                {
                    CopyEntry(child, EntryStatus.Of(child), mount, target, start, depth);
                }
                finally
                {
                    LibC.close(child);
                }

                _names.RemoveAt(_names.Count - 1);
            }
        }
    }

    private void Enter(int source, in Syscall.statx_t status, ulong mount, int target, byte[] name, int depth)
    {
        fixed (byte* start = name)
        {
            _names.Add(name);
            CopyEntry(source, status, mount, target, start, depth);
        }
    }

    private void CopyEntry(int source, in Syscall.statx_t status, ulong mount, int target, byte* name, int depth)
    {
        _cancellation.ThrowIfCancellationRequested();
        switch (status.Type)
        {
            case FileBits.S_IFDIR:
                CopyDirectory(source, status, mount, target, name, depth);
                break;
            case FileBits.S_IFREG:
                if (!TryLink(status, target, name)) CopyFile(source, status, target, name);
                break;
            case FileBits.S_IFSOCK:
                // Nobody listens behind a copy.
                return;
            default:
                if (!TryLink(status, target, name)) CopySpecial(source, status, target, name);
                break;
        }

        _files++;
        Report(always: false);
    }

    private void CopyDirectory(int source, in Syscall.statx_t status, ulong mount, int target, byte* name, int depth)
    {
        if (_made == IdentityOf(status)) throw IntoItself();
        var reader = OpenDirectory(source);
        try
        {
            var directory = MakeDirectory(target, name);
            try
            {
                _made ??= IdentityOf(EntryStatus.Of(directory));
                if (_made == IdentityOf(status)) throw IntoItself();
                if (_from.Enters(reader, status, mount)) CopyChildren(reader, status.stx_mnt_id, directory, depth + 1);
                SetAttributes(reader, directory, status);
            }
            finally
            {
                LibC.close(directory);
            }
        }
        finally
        {
            LibC.close(reader);
        }
    }

    private int OpenDirectory(int source)
    {
        var reader = EntryStatus.Reopen(source, LibC.O_RDONLY | LibC.O_DIRECTORY | LibC.O_NOATIME);
        return reader >= 0 ? reader : throw Failed("open", SourceName(), -reader);
    }

    private int MakeDirectory(int target, byte* name)
    {
        var result = Syscall.mkdirat(target, name, 0x1C0 /* 0700 */);
        if (result < 0 && result != -LibC.EEXIST) throw Failed("make directory", TargetName(), -result);
        var directory = Syscall.openat(target, name, LibC.O_RDONLY | LibC.O_DIRECTORY | LibC.O_NOFOLLOW | LibC.O_CLOEXEC);
        if (directory == -LibC.ENOTDIR || directory == -LibC.ELOOP)
            throw new ContainerEngineException("NotDirectory", ErrorKind.InvalidArgument, $"'{TargetName()}' is there and is no directory, so the directory '{SourceName()}' is not copied over it. Remove it first.", TargetName());
        return directory >= 0 ? directory : throw Failed("open", TargetName(), -directory);
    }

    private static (ulong, uint, uint) IdentityOf(in Syscall.statx_t status) => (status.stx_ino, status.stx_dev_major, status.stx_dev_minor);

    private ContainerEngineException IntoItself() =>
        new("CopyIntoItself", ErrorKind.InvalidArgument, $"'{SourceName()}' holds the place that it would be copied to. Choose a destination outside of it.", SourceName());

    private void Count(long bytes)
    {
        _bytes += bytes;
        Report(always: false);
    }

    private void Report(bool always)
    {
        if (_progress is null) return;
        const long interval = 100;
        var now = Environment.TickCount64;
        if (!always && now - _reported < interval) return;
        _reported = now;
        _progress.Report(new CopyProgress(_files, _bytes));
    }

    private string SourceName() => _from.Display(Join(_sourcePath, _names.Skip(_ownNames)));

    private string TargetName() => _to.Display(Join(_targetPath, _names));

    private static string Join(string path, IEnumerable<byte[]> names) =>
        string.Concat(names.Aggregate(path.TrimEnd('/'), static (text, name) => text + "/" + TarText.Display(name.AsSpan(0, name.Length - 1))));
}
