using System.Diagnostics;
using ContainerPS.Engine.Images;

namespace ContainerPS.Engine.Tests.Images;

/// <summary>A store of its own for one test, gone with it.</summary>
internal sealed class TestStore : IDisposable
{
    private readonly string? _mount;

    internal TestStore(string? tmpfsSize = null)
    {
        Folder = Directory.CreateTempSubdirectory("containerps-images-").FullName;
        var root = Path.Combine(Folder, "root");
        Directory.CreateDirectory(root);
        if (tmpfsSize is not null)
        {
            _mount = root;
            Run("mount", "-t", "tmpfs", "-o", $"size={tmpfsSize}", "tmpfs", root);
        }

        Paths = new StorePaths(root, Path.Combine(Folder, "run"), Path.Combine(Folder, "engine.json"));
        Images = new ImageStore(Paths);
    }

    internal string Folder { get; }

    internal StorePaths Paths { get; }

    internal ImageStore Images { get; }

    internal IReadOnlyList<Image> Import(string path, string? name = null, string? platform = null) =>
        Images.Import(new ImportRequest { Path = path, Name = name, Platform = platform }, null, CancellationToken.None);

    internal IReadOnlyList<Image> Import(byte[] archive, string? name = null) =>
        Images.Import(new ImportRequest { Source = new MemoryStream(archive), Name = name }, null, CancellationToken.None);

    /// <summary>Writes an archive beside the store.</summary>
    internal string File(byte[] content, string name = "archive.tar")
    {
        var path = Path.Combine(Folder, name);
        System.IO.File.WriteAllBytes(path, content);
        return path;
    }

    internal string[] Blobs() => Names(Path.Combine(Paths.Images, "blobs", "sha256"));

    internal string[] Layers() => [.. Names(Paths.Layers).Where(name => name != "ingest")];

    /// <summary>Nothing is staged any more.</summary>
    internal void AssertClean()
    {
        Assert.Empty(Names(Path.Combine(Paths.Images, "ingest")));
        Assert.Empty(Names(Path.Combine(Paths.Layers, "ingest")));
    }

    /// <summary>Nothing has been imported and nothing is left.</summary>
    internal void AssertEmpty()
    {
        AssertClean();
        Assert.Empty(Images.List());
        Assert.Empty(Blobs());
        Assert.Empty(Layers());
    }

    internal static string Run(string program, params string[] arguments)
    {
        var (exitCode, output) = TryRun(program, arguments);
        Assert.True(exitCode == 0, $"{program} {string.Join(' ', arguments)}: exit code {exitCode}\n{output}");
        return output;
    }

    internal static (int ExitCode, string Output) TryRun(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }

    public void Dispose()
    {
        // A process that another test is just starting holds copies of this one's descriptors until it executes its program: lazily, that does no harm.
        if (_mount is not null) Run("umount", "--lazy", _mount);
        Directory.Delete(Folder, recursive: true);
    }

    private static string[] Names(string folder) =>
        Directory.Exists(folder) ? [.. Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)] : [];
}
