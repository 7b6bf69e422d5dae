namespace ContainerPS.Conformance;

/// <summary>Mounts that tests make on the host, below their own folder.</summary>
internal static class HostMount
{
    /// <summary>A new tmpfs at a folder, which is made; returns the folder.</summary>
    internal static string Tmpfs(string folder, string? propagation = null)
    {
        Directory.CreateDirectory(folder);
        Programs.Run("mount", ["-t", "tmpfs", "-o", "mode=755", "conformance", folder]).Succeeded();
        Programs.Run("mount", ["--make-" + (propagation ?? "private"), folder]).Succeeded();
        return folder;
    }

    /// <summary>Takes away whatever is mounted below a folder, the last first.</summary>
    internal static void UnmountBelow(string folder)
    {
        var points = File.ReadLines("/proc/self/mountinfo").Select(l => l.Split(' ')[4]).Where(p => p.StartsWith(folder + "/", StringComparison.Ordinal)).Reverse();
        foreach (var point in points.ToArray()) Programs.Run("umount", ["--lazy", point]).Succeeded();
    }
}
