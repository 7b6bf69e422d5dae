using ContainerPS.Engine;
using ContainerPS.Engine.Images;

namespace ContainerPS.Peers.Tests.Docker;

/// <summary>What docker saves we import, and what we save docker loads: the same images.</summary>
public sealed class DockerArchiveTests : IClassFixture<DockerEngine>, IDisposable
{
    private readonly DockerEngine _docker;
    private readonly string _folder = Directory.CreateTempSubdirectory("containerps-docker-archives-").FullName;
    private readonly ImageStore _images;

    public DockerArchiveTests(DockerEngine docker)
    {
        _docker = docker;
        _images = new ImageStore(new StorePaths(Path.Combine(_folder, "root"), Path.Combine(_folder, "run"), Path.Combine(_folder, "engine.json")));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // Docker 20.10, which Debian has, reads no zstd.
    [Theory]
    [InlineData(ArchiveCompression.None)]
    [InlineData(ArchiveCompression.Gzip)]
    [InlineData(ArchiveCompression.Bzip2)]
    public void ImagesGoThereAndBack(ArchiveCompression compression)
    {
        // Two images with a layer in common.
        _ = _docker.Run("tag", "box", "hub.example:5000/it/box:1").Text;
        using (var container = _docker.StartWaiting())
            _ = _docker.Run("commit", "--message", "why", container.Id, "child:2").Text;
        string[] names = ["box:latest", "hub.example:5000/it/box:1", "child:2"];
        var ids = names.Select(IdOf).ToList();
        _ = _docker.Run(["save", "--output", "/run/theirs.tar", .. names]).Text;

        var imported = _images.Import(new ImportRequest { Path = _docker.Sandbox.Outside("/run/theirs.tar") }, null, CancellationToken.None);
        Assert.Equal(names.Order(), imported.Select(image => image.Name).Order());
        Assert.Equal(ids, names.Select(name => _images.Get(name).ImageId));
        Assert.Equal("why", _images.History("child:2")[0].Comment);

        _images.Save(new SaveRequest { Images = names, Path = _docker.Sandbox.Outside("/run/ours.tar"), Compression = compression }, null, CancellationToken.None);
        _ = _docker.Run(["rmi", "--force", .. names]).Text;
        _ = _docker.Run("load", "--input", "/run/ours.tar").Text;
        Assert.Equal(ids, names.Select(IdOf));
        Assert.Equal("works", _docker.Run("run", "--rm", "child:2", "echo", "works").Text);
    }

    private string IdOf(string name) => _docker.Run("image", "inspect", "--format", "{{.Id}}", name).Text.Trim();
}
