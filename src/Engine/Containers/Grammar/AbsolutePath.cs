namespace ContainerPS.Engine.Containers;

/// <summary>Paths of mount points inside a container.</summary>
internal static class AbsolutePath
{
    /// <summary>True for an absolute path that, taken by its words, is not the root itself.</summary>
    internal static bool IsBelowRoot(string path) => path.StartsWith('/') && !path.Contains('\0') && Path.GetFullPath(path) != "/";
}
