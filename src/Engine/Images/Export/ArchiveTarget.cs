using System.Text;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Images;

/// <summary>Where the files of a layout go.</summary>
internal abstract class ArchiveTarget
{
    /// <summary>Makes a folder.</summary>
    internal abstract void AddFolder(string name);

    /// <summary>Writes a document.</summary>
    internal abstract void AddFile(string name, ReadOnlySpan<byte> content);

    /// <summary>Writes a file of a known size.</summary>
    internal abstract void AddFile(string name, Stream content, long size);
}

/// <summary>A tar. All its times are 1970: the same images give the same bytes.</summary>
internal sealed class TarTarget(TarWriter tar) : ArchiveTarget
{
    /// <inheritdoc/>
    internal override void AddFolder(string name) => tar.Write(new TarEntry { Name = Encoding.UTF8.GetBytes(name + "/"), Type = TarEntryType.Directory, Mode = 0x1ed /* 0755 */ });

    /// <inheritdoc/>
    internal override void AddFile(string name, ReadOnlySpan<byte> content) => tar.Write(EntryOf(name, content.Length), content);

    /// <inheritdoc/>
    internal override void AddFile(string name, Stream content, long size) => tar.Write(EntryOf(name, size), content);

    private static TarEntry EntryOf(string name, long size) => new() { Name = Encoding.UTF8.GetBytes(name), Size = size };
}

/// <summary>A folder.</summary>
internal sealed class FolderTarget(string root) : ArchiveTarget
{
    /// <inheritdoc/>
    internal override void AddFolder(string name) => Directory.CreateDirectory(Path.Combine(root, name));

    /// <inheritdoc/>
    internal override void AddFile(string name, ReadOnlySpan<byte> content)
    {
        using var file = File.OpenHandle(Path.Combine(root, name), FileMode.CreateNew, FileAccess.Write);
        RandomAccess.Write(file, content, 0);
    }

    /// <inheritdoc/>
    internal override void AddFile(string name, Stream content, long size)
    {
        using var file = new FileStream(Path.Combine(root, name), FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
        content.CopyTo(file, 256 * 1024);
    }
}
