using ContainerPS.Engine.Build;

namespace ContainerPS.Module;

/// <summary>Bytes of the pipeline in a file that goes with this.</summary>
internal sealed class BuildArchive : IDisposable
{
    internal BuildArchive()
    {
        Path = System.IO.Path.GetTempFileName();
        File = new FileStream(Path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read, bufferSize: 64 * 1024, FileOptions.DeleteOnClose);
    }

    /// <summary>The file.</summary>
    internal string Path { get; }

    /// <summary>It, open.</summary>
    internal FileStream File { get; }

    /// <summary>True when they are a tar archive, compressed or not.</summary>
    internal bool IsArchive()
    {
        File.Flush();
        return TarDetector.IsTar(File);
    }

    /// <inheritdoc/>
    public void Dispose() => File.Dispose();
}
