namespace ContainerPS.Engine.Containers;

/// <summary>
/// Says that somebody stops a container, made in its run folder before the first signal is sent: whoever sees the end of the container, its monitor or the
/// next command, knows by it that the restart policy has no say.
/// </summary>
internal static class StopMark
{
    /// <summary>Sets the mark; false when the container has ended meanwhile.</summary>
    internal static bool TrySet(StorePaths paths, string id)
    {
        try
        {
            File.WriteAllBytes(PathOf(paths, id), []);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return false;
        }
    }

    /// <summary>True when it is being stopped.</summary>
    internal static bool IsSet(StorePaths paths, string id) => File.Exists(PathOf(paths, id));

    /// <summary>Takes the mark away.</summary>
    internal static void Clear(StorePaths paths, string id) => File.Delete(PathOf(paths, id));

    private static string PathOf(StorePaths paths, string id) => Path.Combine(paths.RunOf(id), RunFiles.StopMark);
}
