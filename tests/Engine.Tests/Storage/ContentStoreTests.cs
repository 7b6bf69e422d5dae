using System.Text;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Tests.Storage;

public sealed class ContentStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("containerps-content-").FullName;
    private readonly StorePaths _paths;
    private readonly ContentStore _store;

    public ContentStoreTests()
    {
        _paths = new StorePaths(Path.Combine(_folder, "root"), Path.Combine(_folder, "run"), "/none");
        _store = new ContentStore(_paths);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_blob_is_there_only_when_it_is_published()
    {
        using var folder = _store.Stage();
        var blob = BlobWriter.Stage(folder, "content"u8);
        Assert.Equal((Digest.Of("content"), 7L), (blob.Digest, blob.Size));
        Assert.False(_store.Exists(blob.Digest));
        Assert.Null(_store.TryOpen(blob.Digest));
        Assert.Contains("lacks the blob", Assert.Throws<InvalidContentException>(() => _store.Open(blob.Digest)).Message);

        _store.Publish(blob);
        Assert.Equal(7, _store.Size(blob.Digest));
        Assert.Equal("content", Encoding.UTF8.GetString(_store.ReadDocument(blob.Digest, 100)));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_store.PathOf(blob.Digest)));
        Assert.Equal($"{_paths.Images}/blobs/sha256/{blob.Digest.Hex}", _store.PathOf(blob.Digest));
        Assert.Equal("""{"imageLayoutVersion":"1.0.0"}""", File.ReadAllText(Path.Combine(_paths.Images, "oci-layout")));

        // Once more the same is no error; nor is deleting twice.
        _store.Publish(BlobWriter.Stage(folder, "content"u8));
        _store.Delete(blob.Digest);
        _store.Delete(blob.Digest);
        Assert.False(_store.Exists(blob.Digest));
    }

    [Fact]
    public void Documents_have_a_longest_length()
    {
        using var folder = _store.Stage();
        var blob = BlobWriter.Stage(folder, new byte[(1 << 20) + 1]);
        _store.Publish(blob);
        Assert.Contains("longer than 1 MiB", Assert.Throws<InvalidContentException>(() => _store.ReadDocument(blob.Digest, 1 << 20)).Message);
        Assert.Equal((1 << 20) + 1, _store.ReadDocument(blob.Digest, 2 << 20).Length);
    }

    [Fact]
    public void An_unfinished_blob_and_a_staging_folder_leave_nothing()
    {
        var folder = _store.Stage();
        using (var writer = new BlobWriter(folder)) writer.Write("half"u8);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
        BlobWriter.Stage(folder, "whole"u8);
        Assert.Single(Directory.EnumerateFiles(folder.Path));
        folder.Dispose();
        folder.Dispose();
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_paths.Images, "ingest")));
    }

    [Fact]
    public void Only_folders_whose_owner_is_dead_are_swept()
    {
        using var alive = _store.Stage();
        var dead = Path.Combine(_paths.Images, "ingest", "4711-dead");
        Directory.CreateDirectory(Path.Combine(dead, "deep", "er"));
        File.WriteAllText(Path.Combine(dead, "deep", "er", "file"), "left behind");
        using var second = _store.Stage();
        Assert.False(Directory.Exists(dead));
        Assert.True(Directory.Exists(alive.Path));
    }
}
