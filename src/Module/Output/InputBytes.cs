using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>What of the pipeline's objects is given to a program byte for byte: bytes, and streams; all else is lines of text.</summary>
internal static class InputBytes
{
    /// <summary>How much of a stream is read at once.</summary>
    internal const int PieceSize = 64 * 1024;

    /// <summary>An object's bytes, or a stream of them, which is then the caller's; null when it is text.</summary>
    /// <param name="value">An object from the pipeline.</param>
    /// <param name="filesToo">True to take a file's content, not its name.</param>
    /// <exception cref="ContainerEngineException">A file cannot be read.</exception>
    internal static object? SourceOf(object? value, bool filesToo)
    {
        switch (value is PSObject wrapped ? wrapped.BaseObject : value)
        {
            case byte[] bytes: return bytes;
            case byte single: return (byte[])[single];

            // Get-Content -AsByteStream with a -ReadCount gives its bytes so.
            case object[] items when items.Length > 0 && Array.TrueForAll(items, IsByte): return Array.ConvertAll(items, static item => (byte)Bare(item));
            case Stream stream: return stream;
            case FileInfo file when filesToo: return Open(file);
            default: return null;
        }
    }

    private static object Bare(object item) => item is PSObject wrapped ? wrapped.BaseObject : item;

    private static bool IsByte(object? item) => item is not null && Bare(item) is byte;

    private static FileStream Open(FileInfo file)
    {
        try
        {
            return new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ContainerEngineException("InputUnreadable", ErrorKind.NotFound, $"The file '{file.FullName}' cannot be read: {e.Message}", file, e);
        }
    }
}
