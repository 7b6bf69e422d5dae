namespace ContainerPS.Engine.Containers;

/// <summary>Where a container's log is.</summary>
internal static class LogFiles
{
    /// <summary>The file that is written now.</summary>
    internal static string Current(string containerFolder) => Path.Combine(containerFolder, "log", "container.log");
}
