using System.Text;
using ContainerPS.Engine.Images;

namespace ContainerPS.Engine.Build;

/// <summary>Checks Dockerfiles on disk, with the .dockerignore that belongs to them.</summary>
internal static class DockerfileTest
{
    /// <summary>Checks a Dockerfile.</summary>
    /// <param name="path">The file, or the folder that it is in under its usual name.</param>
    /// <param name="folder">The build context, or null for the file's folder.</param>
    /// <param name="context">What it is checked with; what is ignored is looked up.</param>
    /// <exception cref="DockerfileException">It is not one.</exception>
    /// <exception cref="ContainerEngineException">There is no such file.</exception>
    internal static CheckResult RunFile(string path, string? folder, CheckContext context)
    {
        var file = Directory.Exists(path) ? Path.Combine(path, "Dockerfile") : path;
        return RunText(ReadText(file), file, folder ?? Path.GetDirectoryName(Path.GetFullPath(file)), context);
    }

    /// <summary>Checks the text of a Dockerfile.</summary>
    /// <param name="text">The text.</param>
    /// <param name="fileName">Its name, for errors and warnings.</param>
    /// <param name="folder">The build context, or null when there is none.</param>
    /// <param name="context">What it is checked with; what is ignored is looked up.</param>
    /// <exception cref="DockerfileException">It is not a Dockerfile.</exception>
    internal static CheckResult RunText(string text, string fileName, string? folder, CheckContext context) =>
        DockerfileCheck.Run(Dockerfile.Parse(text, fileName), context with { Ignored = Ignored(fileName, folder) });

    /// <summary>This machine's name for platforms.</summary>
    internal static string BuildPlatform => Platforms.Show(Platforms.Host.Os, Platforms.Host.Architecture, null);

    // The Dockerfile's own list goes before the context's.
    private static IgnoreFile? Ignored(string fileName, string? folder)
    {
        foreach (var path in (string?[])[fileName + ".dockerignore", folder is null ? null : Path.Combine(folder, ".dockerignore")])
        {
            if (File.Exists(path))
                return IgnoreFile.Parse(ReadText(path), path);
        }

        return null;
    }

    // No more than can be right is read.
    private static string ReadText(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var bytes = new MemoryStream();
            var buffer = new byte[64 << 10];
            for (int count; bytes.Length <= Dockerfile.MaxBytes && (count = file.Read(buffer)) > 0;)
                bytes.Write(buffer, 0, count);
            return bytes.Length <= Dockerfile.MaxBytes
                ? Encoding.UTF8.GetString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length))
                : throw new DockerfileException(new(path, 1, 1), $"The file is larger than {Dockerfile.MaxBytes >> 20} MiB.");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ContainerEngineException("FileNotFound", ErrorKind.NotFound, $"There is no file '{path}'.", path, e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new ContainerEngineException("FileNotReadable", ErrorKind.PermissionDenied, $"The file '{path}' cannot be read: {e.Message}", path, e);
        }
    }
}
