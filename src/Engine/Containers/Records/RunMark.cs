using System.Globalization;

namespace ContainerPS.Engine.Containers;

/// <summary>
/// Says in the store that a container was started and has not ended yet, and on which boot of the machine: the file <c>running</c> beside the record. What
/// is in the run folder is gone after a reboot; by this it is known then that the container ran.
/// </summary>
/// <param name="BootId">What the machine called the time since it was started; empty when that is not known.</param>
/// <param name="StartedAt">When the run began.</param>
internal sealed record RunMark(string BootId, DateTimeOffset StartedAt)
{
    private const string FileName = "running";

    /// <summary>The mark of a container, or null when it has ended, or never ran.</summary>
    internal static RunMark? Read(StorePaths paths, string id)
    {
        // Lists ask of every container there is, and an exception for each that does not run would be dear.
        if (!File.Exists(PathOf(paths, id))) return null;
        try
        {
            // A power cut may leave the file empty: it ran, from when is not known.
            var words = File.ReadAllText(PathOf(paths, id)).Split(' ');
            return words.Length == 2 && DateTimeOffset.TryParseExact(words[1], "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var startedAt)
                ? new RunMark(words[0], startedAt)
                : new RunMark("", File.GetLastWriteTimeUtc(PathOf(paths, id)));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Marks a container. The file is not flushed: that would cost more than the start, and a mark that a power cut takes tells nothing wrong.</summary>
    internal static void Write(StorePaths paths, string id, DateTimeOffset startedAt)
    {
        try
        {
            File.WriteAllText(PathOf(paths, id), string.Create(CultureInfo.InvariantCulture, $"{Linux.BootId.Current()} {startedAt:O}"));
        }
        catch (IOException)
        {
            // A full disk keeps no container from running.
        }
    }

    /// <summary>Takes the mark away.</summary>
    internal static void Delete(StorePaths paths, string id)
    {
        // A removed container's folder is gone with its mark.
        if (File.Exists(PathOf(paths, id))) File.Delete(PathOf(paths, id));
    }

    private static string PathOf(StorePaths paths, string id) => Path.Combine(paths.ContainerOf(id), FileName);
}
