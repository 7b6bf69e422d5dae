using System.Text;
using ContainerPS.Engine.Storage;
using Microsoft.Win32.SafeHandles;

namespace ContainerPS.Engine.Images;

/// <summary>The members of an archive or folder that holds images, by name, in any order.</summary>
internal abstract class ImageSource
{
    /// <summary>True when there is a file of that name.</summary>
    internal bool Contains(string name) => LengthOf(name) is not null;

    /// <summary>The length of a file, or null when there is none of that name.</summary>
    internal abstract long? LengthOf(string name);

    /// <summary>Opens a file that there is.</summary>
    protected abstract Stream OpenFile(string name);

    /// <summary>Opens a file.</summary>
    /// <param name="name">Its name as another document gives it: never used as a path before it has been checked.</param>
    /// <param name="namedBy">That document, for the message.</param>
    internal Stream Open(string name, string namedBy) => Contains(name)
        ? OpenFile(name)
        : throw new InvalidContentException($"{namedBy} names the file '{name}', and there is none of that name beside it.", name);

    /// <summary>Reads a document.</summary>
    internal byte[] ReadDocument(string name, int limit, string namedBy)
    {
        using var stream = Open(name, namedBy);
        return ContentStore.ReadLimited(stream, limit, name);
    }
}

/// <summary>The members of a tar archive in a file, uncompressed: the archive is gone through once, and its files are read where they are.</summary>
internal sealed class TarImageSource : ImageSource
{
    // An image archive has some files for each layer; a hostile one may have millions.
    private const int MaxMembers = 100_000;
    private const int MaxLinks = 16;

    private readonly SafeFileHandle _file;
    private readonly Dictionary<string, Member> _members = new(StringComparer.Ordinal);

    internal TarImageSource(FileStream archive, CancellationToken cancellation)
    {
        _file = archive.SafeFileHandle;
        archive.Position = 0;
        using var reader = new TarReader(archive, leaveOpen: true);
        while (reader.Next() is { } entry)
        {
            cancellation.ThrowIfCancellationRequested();
            if (_members.Count > MaxMembers) throw new InvalidContentException($"The archive has more than {MaxMembers} members, which no archive of images has.");
            if (MemberName.Of(entry.Name) is not { Length: > 0 } name) continue;
            // As tar does when it unpacks, the last one of a name is the one that counts.
            switch (entry.Type)
            {
                case TarEntryType.File when entry.Sparse is null:
                    _members[name] = new Member(entry.DataOffset, entry.StoredSize);
                    break;
                case TarEntryType.SymbolicLink:
                    _members[name] = Member.Link(MemberName.Beside(name, entry.LinkName));
                    break;
                case TarEntryType.HardLink:
                    _members[name] = Member.Link(MemberName.Of(entry.LinkName));
                    break;
                case TarEntryType.Directory:
                    break;
                default:
                    _members.Remove(name);
                    break;
            }
        }
    }

    /// <summary>The names there are.</summary>
    internal IReadOnlyCollection<string> Names => _members.Keys;

    /// <inheritdoc/>
    internal override long? LengthOf(string name) => Find(name)?.Length;

    /// <inheritdoc/>
    protected override Stream OpenFile(string name)
    {
        var member = Find(name)!;
        return new FilePartStream(_file, member.Offset, member.Length);
    }

    private Member? Find(string name)
    {
        for (var links = 0; links < MaxLinks; links++)
        {
            if (MemberName.Of(name) is not { } clean || !_members.TryGetValue(clean, out var member)) return null;
            if (!member.IsLink) return member;
            if (member.LinkTo is null) return null;
            name = member.LinkTo;
        }

        return null;
    }

    /// <summary>A file, or a link to another member (to null when it leads out of the archive).</summary>
    private sealed record Member(long Offset, long Length, bool IsLink = false, string? LinkTo = null)
    {
        internal static Member Link(string? target) => new(0, 0, true, target);
    }
}

/// <summary>An OCI image layout in a folder.</summary>
internal sealed class FolderImageSource(string folder) : ImageSource
{
    /// <inheritdoc/>
    internal override long? LengthOf(string name)
    {
        // A layout's files have these names and no others (image-spec image-layout.md).
        var known = name is "oci-layout" or "index.json"
            || (name.StartsWith("blobs/sha256/", StringComparison.Ordinal) && Digest.TryParseHex(name.AsSpan("blobs/sha256/".Length), out _));
        return known && new FileInfo(Path.Combine(folder, name)) is { Exists: true } file && (file.Attributes & (FileAttributes.Device | FileAttributes.Directory)) == 0 ? file.Length : null;
    }

    /// <inheritdoc/>
    protected override Stream OpenFile(string name) =>
        new FileStream(Path.Combine(folder, name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
}

/// <summary>Names of members: relative, without dots, never out of the archive.</summary>
internal static class MemberName
{
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The plain form of a name (<c>./a//b/</c> is <c>a/b</c>), or null when it leaves the archive or is no text.</summary>
    internal static string? Of(ReadOnlySpan<byte> name)
    {
        try
        {
            return Of(s_strict.GetString(name));
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>The plain form of a name, or null when it leaves the archive.</summary>
    internal static string? Of(string name)
    {
        if (name.StartsWith('/') || name.Contains('\0')) return null;
        var parts = new List<string>();
        foreach (var part in name.Split('/'))
        {
            if (part.Length == 0 || part == ".") continue;
            if (part != "..") parts.Add(part);
            else if (parts.Count == 0) return null;
            else parts.RemoveAt(parts.Count - 1);
        }

        return string.Join('/', parts);
    }

    /// <summary>What a symbolic link beside a member leads to.</summary>
    internal static string? Beside(string member, ReadOnlySpan<byte> target)
    {
        if (target.IsEmpty || target[0] == '/') return null;
        var folder = member.LastIndexOf('/') is var slash and >= 0 ? member[..(slash + 1)] : "";
        return Of([.. Encoding.UTF8.GetBytes(folder), .. target]);
    }
}
