using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace ContainerPS.Engine.Containers;

/// <summary>Where a container's log is: the file that is written, and those before it, named as Docker names them: <c>.1</c> is the youngest of these.</summary>
internal static class LogFiles
{
    /// <summary>The file that is written now.</summary>
    internal static string Current(string containerFolder) => Path.Combine(containerFolder, "log", "container.log");

    /// <summary>A file that was written before.</summary>
    internal static string Rotated(string path, int age) => string.Create(CultureInfo.InvariantCulture, $"{path}.{age}");

    /// <summary>Opens the files that are there, oldest first. Who goes on writing meanwhile does not make a file be missed or opened twice.</summary>
    /// <param name="path">The file that is written.</param>
    /// <param name="after">Only files younger than this one; null for all.</param>
    internal static List<LogFile> Open(string path, LogFile? after = null)
    {
        // From the youngest on: a file that is renamed between two steps is then met again, not passed over.
        var files = new List<LogFile>();
        for (var age = 0; TryOpen(age == 0 ? path : Rotated(path, age)) is { } file; age++)
        {
            if (after?.Inode == file.Inode)
            {
                file.Dispose();
                break;
            }

            if (files.Exists(other => other.Inode == file.Inode)) file.Dispose();
            else files.Add(file);
        }

        files.Reverse();
        return files;
    }

    private static LogFile? TryOpen(string path)
    {
        try
        {
            return new LogFile(File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
