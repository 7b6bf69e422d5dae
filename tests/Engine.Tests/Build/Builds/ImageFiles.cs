using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ContainerPS.Engine.Containers;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Tests.Build;

/// <summary>The files of an image, each as a line that says all that counts: kind, mode, owner, size and digest of the content or link target, extended attributes.</summary>
internal sealed class ImageFiles
{
    private readonly SortedDictionary<string, string> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, byte[]> _contents = new(StringComparer.Ordinal);

    /// <summary>Path to what is there.</summary>
    internal IReadOnlyDictionary<string, string> All => _files;

    /// <summary>The files of unpacked layers, uppermost first.</summary>
    internal static ImageFiles Of(IReadOnlyList<string> layers)
    {
        if (layers.Count == 0) return new ImageFiles();
        using var archive = new MemoryStream();
        using (var tree = CopyTree.OfView("image", OverlayView.Read(layers)))
        using (var root = CopySource.Find(tree, CopyPath.Parse("/"), followLink: false))
        {
            var writer = new TreeArchive(tree, archive, CancellationToken.None);
            writer.Add(root);
            writer.Finish();
        }

        archive.Position = 0;
        return Read(archive);
    }

    /// <summary>The files in a tar.</summary>
    internal static ImageFiles Read(Stream tar)
    {
        var files = new ImageFiles();
        using var reader = new TarReader(tar);
        while (reader.Next() is { } entry)
        {
            var path = "/" + Encoding.UTF8.GetString(entry.Name).Trim('/');
            if (path is "/" or "/.") continue;
            if (path.StartsWith("/./", StringComparison.Ordinal)) path = path[2..];
            files.Add(path, entry, reader);
        }

        return files;
    }

    /// <summary>A file's content as text.</summary>
    internal string Text(string path) => Encoding.UTF8.GetString(_contents[path]);

    private void Add(string path, TarEntry entry, TarReader reader)
    {
        if (entry.Type == TarEntryType.HardLink)
        {
            // Which of the names is the file's first is not told: both are that file.
            var target = "/" + Encoding.UTF8.GetString(entry.LinkName).Trim('/');
            _files[path] = _files[target];
            _contents[path] = _contents.GetValueOrDefault(target, []);
            return;
        }

        var text = new StringBuilder();
        text.Append(entry.Type switch { TarEntryType.Directory => 'd', TarEntryType.File => 'f', TarEntryType.SymbolicLink => 'l', TarEntryType.Fifo => 'p', TarEntryType.CharacterDevice => 'c', _ => 'b' });
        if (entry.Type != TarEntryType.SymbolicLink) text.Append(CultureInfo.InvariantCulture, $" {Convert.ToString(entry.Mode, 8)}");
        text.Append(CultureInfo.InvariantCulture, $" {entry.Uid}:{entry.Gid}");
        if (entry.Type == TarEntryType.SymbolicLink) text.Append(" -> ").Append(Encoding.UTF8.GetString(entry.LinkName));
        if (entry.Type == TarEntryType.File)
        {
            using var content = new MemoryStream();
            reader.Content.CopyTo(content);
            _contents[path] = content.ToArray();
            text.Append(CultureInfo.InvariantCulture, $" {content.Length} {Convert.ToHexStringLower(SHA256.HashData(_contents[path]))[..12]}");
        }

        foreach (var attribute in entry.Xattrs.OrderBy(static attribute => Encoding.ASCII.GetString(attribute.Name), StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $" {Encoding.ASCII.GetString(attribute.Name)}={Convert.ToHexStringLower(attribute.Value)}");
        _files[path] = text.ToString();
    }
}
