namespace ContainerPS.Engine.Build;

/// <summary>What WORKDIR makes of the directory before.</summary>
internal static class WorkingDirectory
{
    /// <summary>The directory: a relative one is in the one before.</summary>
    internal static string Of(string? before, string path) => CleanPath.Of(path.StartsWith('/') ? path : $"/{before}/{path}");
}
