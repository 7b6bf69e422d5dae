using System.Text;
using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Build;

/// <summary>Finds what the sources of COPY and ADD stand for. Links on the way to a source, and one that it is itself, are followed within the tree; those inside are copied as links.</summary>
internal sealed unsafe class SourceFinder(SourceTree tree, IgnoreFile exclude, CancellationToken cancellation)
{
    private const int Deepest = 1000;

    /// <summary>The items of a source: none when wildcards fit nothing.</summary>
    /// <param name="source">A path, perhaps with wildcards.</param>
    /// <param name="location">The instruction.</param>
    /// <exception cref="ContainerEngineException">There is no such file.</exception>
    internal IReadOnlyList<SourceItem> Find(string source, SourceLocation location)
    {
        var glob = PathGlob.Parse(source, location);
        if (glob.Pattern is null) return [Item(glob.Folder) ?? throw Missing(source)];
        using var folder = tree.TryOpen(glob.Folder, followLast: true, out var real);
        if (folder is null || EntryStatus.Of(folder).Type != FileBits.S_IFDIR) return [];
        var names = new List<string>();
        Match(glob, real, "", 1, names);
        var items = new List<SourceItem>(names.Count);
        foreach (var name in names)
        {
            // A link among them that leads nowhere fits, and cannot be copied.
            var path = real == "." ? name : $"{real}/{name}";
            if (exclude.IsIgnored(Path.GetFileName(path)) && !IsDirectory(path)) continue;
            items.Add(Item(path) ?? throw Missing(path));
        }

        return items;
    }

    /// <summary>The item at a path without wildcards.</summary>
    /// <exception cref="ContainerEngineException">There is no such file.</exception>
    internal SourceItem FindPlain(string path) => Item(CleanPath.BelowRoot(path)) ?? throw Missing(path);

    /// <summary>The items of a source of <c>COPY --parents</c>.</summary>
    /// <exception cref="ContainerEngineException">It has no wildcards, and there is no such file.</exception>
    internal IReadOnlyList<SourceItem> FindWithParents(string source, SourceLocation location)
    {
        var parents = ParentsSource.Parse(source, location);
        var roots = PathGlob.HasWildcards(parents.Root) ? Folders(parents.Root, location) : [parents.Root];
        var items = new List<SourceItem>();
        foreach (var path in roots)
        {
            using var root = tree.TryOpen(path, followLast: true, out var real);
            if (root is null)
            {
                if (parents.IsRequired) throw Missing(source);
                continue;
            }

            var entries = new List<SourceEntry> { new(Bytes(real), [], EntryStatus.Of(root)) };
            AddMatches(Bytes(real), [], "", parents.Pattern, entries, 0, inside: false);
            if (entries.Count == 1 && parents.IsRequired) throw Missing(source);
            items.Add(new SourceItem(".", real, entries));
        }

        return items;
    }

    private List<string> Folders(string pattern, SourceLocation location)
    {
        var glob = PathGlob.Parse(pattern, location);
        using var folder = tree.TryOpen(glob.Folder, followLast: true, out var real);
        var names = new List<string>();
        if (folder is not null) Match(glob, real, "", 1, names);
        return names.ConvertAll(name => real == "." ? name : $"{real}/{name}");
    }

    private bool IsDirectory(string path)
    {
        using var file = tree.TryOpen(path, followLast: true, out _);
        return file is not null && EntryStatus.Of(file).Type == FileBits.S_IFDIR;
    }

    private SourceItem? Item(string path)
    {
        using var file = tree.TryOpen(path, followLast: true, out var real);
        if (file is null) return null;
        var entries = new List<SourceEntry> { new(Bytes(real), [], EntryStatus.Of(file)) };
        if (entries[0].IsDirectory) AddChildren(Bytes(real), [], tree.Ignore, exclude, entries, 0);
        return new SourceItem(path == "." ? "." : path[(path.LastIndexOf('/') + 1)..], real, entries);
    }

    // Names below a folder that fit, in their order; what is in a directory that fits is not looked at.
    private void Match(PathGlob glob, string folder, string below, int depth, List<string> found)
    {
        foreach (var name in Names(Bytes(below.Length == 0 ? folder : folder == "." ? below : $"{folder}/{below}")))
        {
            cancellation.ThrowIfCancellationRequested();
            var inner = below.Length == 0 ? Encoding.UTF8.GetString(name) : $"{below}/{Encoding.UTF8.GetString(name)}";
            var path = folder == "." ? inner : $"{folder}/{inner}";
            var isIgnored = tree.Ignore.IsIgnored(path);
            if (isIgnored && !tree.Ignore.CanHaveExceptions(path)) continue;
            if (depth == glob.Depth)
            {
                if (glob.Matches(inner) && (!isIgnored || HasContent(path))) found.Add(inner);
                continue;
            }

            using var child = tree.TryOpen(path, followLast: false, out _);
            if (child is not null && EntryStatus.Of(child).Type == FileBits.S_IFDIR) Match(glob, folder, inner, depth + 1, found);
        }
    }

    // An ignored directory is there for the sake of what in it is not ignored.
    private bool HasContent(string path)
    {
        var entries = new List<SourceEntry>();
        using var child = tree.TryOpen(path, followLast: false, out _);
        if (child is null || EntryStatus.Of(child).Type != FileBits.S_IFDIR) return false;
        AddChildren(Bytes(path), [], tree.Ignore, IgnoreFile.Nothing, entries, 0);
        return entries.Count > 0;
    }

    private void AddChildren(byte[] path, byte[] below, IgnoreFile ignore, IgnoreFile without, List<SourceEntry> entries, int depth)
    {
        CheckDepth(path, depth);
        using var directory = tree.Open(path, LibC.O_RDONLY | LibC.O_DIRECTORY);
        foreach (var name in Names(directory))
        {
            cancellation.ThrowIfCancellationRequested();
            var (inner, innerBelow) = (Join(path, name), Join(below, name));
            var isIgnored = IsLeftOut(ignore, inner, out var mayHold);
            var isExcluded = IsLeftOut(without, innerBelow, out var mayHoldToo);
            if ((isIgnored && !mayHold) || (isExcluded && !mayHoldToo)) continue;
            if (!TryStatus(directory, name, out var status) || status.Type == FileBits.S_IFSOCK) continue;
            if (status.Type != FileBits.S_IFDIR)
            {
                if (!isIgnored && !isExcluded) entries.Add(new SourceEntry(inner, innerBelow, status));
                continue;
            }

            // A directory that does not count itself is there when something in it does.
            var at = entries.Count;
            entries.Add(new SourceEntry(inner, innerBelow, status));
            AddChildren(inner, innerBelow, ignore, without, entries, depth + 1);
            if ((isIgnored || isExcluded) && entries.Count == at + 1) entries.RemoveAt(at);
        }
    }

    // Directories on the way to what fits are there, too.
    private void AddMatches(byte[] path, byte[] below, string text, PathPattern pattern, List<SourceEntry> entries, int depth, bool inside)
    {
        CheckDepth(path, depth);
        using var directory = tree.Open(path, LibC.O_RDONLY | LibC.O_DIRECTORY);
        foreach (var name in Names(directory))
        {
            cancellation.ThrowIfCancellationRequested();
            var (inner, innerBelow) = (Join(path, name), Join(below, name));
            var innerText = text.Length == 0 ? Encoding.UTF8.GetString(name) : $"{text}/{Encoding.UTF8.GetString(name)}";
            var fits = inside || pattern.Matches(innerText);
            if (!fits && !pattern.CanMatchBelow(innerText)) continue;
            var isIgnored = IsLeftOut(tree.Ignore, inner, out var mayHold);
            var isExcluded = IsLeftOut(exclude, innerBelow, out var mayHoldToo);
            if ((isIgnored && !mayHold) || (isExcluded && !mayHoldToo)) continue;
            if (!TryStatus(directory, name, out var status) || status.Type == FileBits.S_IFSOCK) continue;
            if (status.Type != FileBits.S_IFDIR)
            {
                if (fits && !isIgnored && !isExcluded) entries.Add(new SourceEntry(inner, innerBelow, status));
                continue;
            }

            var at = entries.Count;
            entries.Add(new SourceEntry(inner, innerBelow, status));
            AddMatches(inner, innerBelow, innerText, pattern, entries, depth + 1, fits);
            if ((!fits || isIgnored || isExcluded) && entries.Count == at + 1) entries.RemoveAt(at);
        }
    }

    private static bool IsLeftOut(IgnoreFile ignore, byte[] path, out bool mayHoldExceptions)
    {
        mayHoldExceptions = false;
        if (ignore.Patterns.Count == 0) return false;
        var text = Encoding.UTF8.GetString(path);
        if (!ignore.IsIgnored(text)) return false;
        mayHoldExceptions = ignore.CanHaveExceptions(text);
        return true;
    }

    private static void CheckDepth(byte[] path, int depth)
    {
        if (depth > Deepest) throw new ContainerEngineException("TooDeep", ErrorKind.InvalidData, $"'{Storage.TarText.Display(path)}' lies more than {Deepest} directories deep, and is not copied.", Storage.TarText.Display(path));
    }

    private List<byte[]> Names(byte[] path)
    {
        using var directory = tree.Open(path, LibC.O_RDONLY | LibC.O_DIRECTORY);
        return Names(directory);
    }

    private static List<byte[]> Names(SafeFileHandle directory)
    {
        var names = TreeRemoval.List(directory.Number());
        for (var i = 0; i < names.Count; i++) names[i] = names[i][..^1];
        names.Sort(static (a, b) => a.AsSpan().SequenceCompareTo(b));
        return names;
    }

    private static bool TryStatus(SafeFileHandle directory, byte[] name, out Syscall.statx_t status)
    {
        fixed (byte* start = (byte[])[.. name, 0]) return EntryStatus.TryGet(directory.Number(), start, out status);
    }

    private static byte[] Bytes(string path) => path == "." ? [] : Encoding.UTF8.GetBytes(path);

    private static byte[] Join(byte[] path, byte[] name) => path.Length == 0 ? name : [.. path, (byte)'/', .. name];

    private ContainerEngineException Missing(string source)
    {
        var hint = tree.Ignore.Patterns.Count > 0 && tree.Ignore.IsIgnored(source) ? ", or rather it is left out by .dockerignore" : "";
        return new ContainerEngineException("FileNotFound", ErrorKind.NotFound, $"There is no '{source}' in {tree.Name}{hint}", source);
    }
}
