using System.Buffers.Binary;
using System.Security.Cryptography;
using ContainerPS.Engine.Linux;
using Tmds.Linux;

namespace ContainerPS.Engine.Build;

/// <summary>
/// What is to be copied, as a digest: names, kinds, modes, owners, link targets, extended attributes, contents; no times. Contents are read by several threads,
/// and not at all when they are known from before.
/// </summary>
internal sealed class ContentDigest(SourceTree tree, FileDigests digests, CancellationToken cancellation)
{
    private const int BufferSize = 256 * 1024;

    /// <summary>The digest of items.</summary>
    internal byte[] Of(IReadOnlyList<SourceItem> items)
    {
        foreach (var item in items) ReadContents(item.Entries);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var item in items)
        {
            Append(hash, System.Text.Encoding.UTF8.GetBytes(item.Name));
            foreach (var entry in item.Entries) Append(hash, entry);
        }

        return hash.GetHashAndReset();
    }

    private void ReadContents(IReadOnlyList<SourceEntry> entries)
    {
        var unknown = new List<SourceEntry>();
        foreach (var entry in entries)
        {
            if (!entry.IsFile) continue;
            entry.Digest = tree.Folder is null ? null : digests.Find(entry.Status);
            if (entry.Digest is null) unknown.Add(entry);
        }

        if (unknown.Count < 16) unknown.ForEach(Read);
        else ReadInParallel(unknown);
        if (tree.Folder is null) return;
        foreach (var entry in unknown) digests.Add(entry.Status, entry.Digest!);
    }

    private void ReadInParallel(List<SourceEntry> entries)
    {
        try
        {
            Parallel.ForEach(entries, new ParallelOptions { MaxDegreeOfParallelism = Math.Min(4, Environment.ProcessorCount), CancellationToken = cancellation }, Read);
        }
        catch (AggregateException e)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }

    private void Read(SourceEntry entry)
    {
        using var file = tree.Open(entry.Path, LibC.O_RDONLY | LibC.O_NOATIME);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            for (long offset = 0; ;)
            {
                cancellation.ThrowIfCancellationRequested();
                var count = RandomAccess.Read(file, buffer, offset);
                if (count == 0) break;
                hash.AppendData(buffer, 0, count);
                offset += count;
            }
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }

        foreach (var attribute in FileAttributes.Of(file))
        {
            Append(hash, attribute.Name);
            Append(hash, attribute.Value);
        }

        if (!entry.IsUnchanged(EntryStatus.Of(file))) throw tree.Changed(entry.Path);
        entry.Digest = hash.GetHashAndReset();
    }

    private void Append(IncrementalHash hash, SourceEntry entry)
    {
        var status = entry.Status;
        Append(hash, entry.Below);
        Span<byte> numbers = stackalloc byte[28];
        BinaryPrimitives.WriteUInt32LittleEndian(numbers, status.Type);
        BinaryPrimitives.WriteUInt32LittleEndian(numbers[4..], status.Type == FileBits.S_IFLNK ? 0 : status.Permissions);
        BinaryPrimitives.WriteUInt32LittleEndian(numbers[8..], tree.IsContext ? 0 : status.stx_uid);
        BinaryPrimitives.WriteUInt32LittleEndian(numbers[12..], tree.IsContext ? 0 : status.stx_gid);
        BinaryPrimitives.WriteUInt32LittleEndian(numbers[16..], status.stx_rdev_major);
        BinaryPrimitives.WriteUInt32LittleEndian(numbers[20..], status.stx_rdev_minor);
        hash.AppendData(numbers);
        if (entry.IsFile) hash.AppendData(entry.Digest!);
        else if (status.Type == FileBits.S_IFLNK) Append(hash, FileAttributes.LinkTarget(tree, entry));
        if (!entry.IsDirectory) return;
        using var directory = tree.Open(entry.Path, LibC.O_RDONLY | LibC.O_DIRECTORY);
        foreach (var attribute in FileAttributes.Of(directory))
        {
            Append(hash, attribute.Name);
            Append(hash, attribute.Value);
        }
    }

    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> bytes)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
