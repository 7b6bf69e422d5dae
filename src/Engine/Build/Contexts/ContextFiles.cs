using System.Text;
using ContainerPS.Engine.Linux;
using Tmds.Linux;

namespace ContainerPS.Engine.Build;

/// <summary>Files of a context that tell how it is built: the Dockerfile and .dockerignore. Links in the context are followed within it.</summary>
internal static class ContextFiles
{
    private const int MostOfIgnore = 16 << 20;

    /// <summary>Reads the Dockerfile of a build.</summary>
    /// <param name="settings">What is asked.</param>
    /// <param name="context">The context.</param>
    /// <returns>Its text, and its name for errors.</returns>
    /// <exception cref="ContainerEngineException">There is none.</exception>
    internal static (string Text, string Name) ReadDockerfile(BuildSettings settings, BuildContext context)
    {
        if (settings.Text is { } text) return (text, settings.File ?? "Dockerfile");
        if (settings.File is { } file)
        {
            // A path on this machine; of a context that was fetched, a path in it.
            var path = Path.GetFullPath(file, settings.Folder);
            if (File.Exists(path)) return (Decode(ReadFile(path), file), file);
            if (!Path.IsPathRooted(file) && TryRead(context, file) is { } inside) return (Decode(inside, file), file);
            throw new InvalidSettingException("File", file, $"-File '{file}' is refused. There is no such file.");
        }

        foreach (var name in (ReadOnlySpan<string>)["Dockerfile", "dockerfile", "Containerfile"])
            if (TryRead(context, name) is { } content) return (Decode(content, name), name);
        throw new ContainerEngineException("DockerfileNotFound", ErrorKind.NotFound, $"There is no Dockerfile in {(context.IsKept ? $"'{context.Folder}'" : context.Name)}. Make one, or name another with -File.", context.Folder);
    }

    /// <summary>Reads what the context's .dockerignore, or that of the Dockerfile, leaves out.</summary>
    /// <param name="context">The context.</param>
    /// <param name="dockerfile">The Dockerfile's path as it was given; null when it was not.</param>
    /// <param name="folder">Folder that the path is relative to.</param>
    internal static IgnoreFile ReadIgnore(BuildContext context, string? dockerfile, string folder = "/")
    {
        if (dockerfile is not null)
        {
            var beside = Path.GetFullPath(dockerfile, folder) + ".dockerignore";
            if (File.Exists(beside)) return IgnoreFile.Parse(Encoding.UTF8.GetString(ReadFile(beside)), beside);
        }

        var own = (dockerfile is null ? "Dockerfile" : dockerfile) + ".dockerignore";
        if (TryRead(context, own) is { } ofDockerfile) return IgnoreFile.Parse(Encoding.UTF8.GetString(ofDockerfile), own);
        return TryRead(context, ".dockerignore") is { } content ? IgnoreFile.Parse(Encoding.UTF8.GetString(content), ".dockerignore") : IgnoreFile.Nothing;
    }

    private static byte[]? TryRead(BuildContext context, string path)
    {
        using var root = RootedDirectory.Open(context.Folder);
        try
        {
            using var file = root.OpenFile(Encoding.UTF8.GetBytes(path), LibC.O_RDONLY | LibC.O_NONBLOCK);
            if (EntryStatus.Of(file).Type != FileBits.S_IFREG) return null;
            return ReadLimited(new FileStream(file, FileAccess.Read, bufferSize: 0), path);
        }
        catch (KernelException e) when (e.Errno == LibC.ENOENT || e.Errno == LibC.ENOTDIR || e.Errno == LibC.ELOOP || e.Errno == LibC.EISDIR)
        {
            return null;
        }
    }

    private static byte[] ReadFile(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        return ReadLimited(file, path);
    }

    private static byte[] ReadLimited(Stream file, string path)
    {
        using var content = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int count;
        while ((count = file.Read(buffer)) > 0)
        {
            if (content.Length + count > MostOfIgnore) throw new DockerfileException(new SourceLocation(path, 1, 1), $"The file is longer than {MostOfIgnore >> 20} MiB, which no such file is.");
            content.Write(buffer, 0, count);
        }

        return content.ToArray();
    }

    private static string Decode(byte[] content, string name)
    {
        if (content.Length > Dockerfile.MaxBytes) throw new DockerfileException(new SourceLocation(name, 1, 1), $"The Dockerfile is longer than {Dockerfile.MaxBytes >> 20} MiB.");
        return Encoding.UTF8.GetString(content.AsSpan().StartsWith("\uFEFF"u8) ? content.AsSpan(3) : content);
    }
}
