using System.Text;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Containers;

/// <summary>
/// The container's own <c>/etc/hosts</c>, <c>/etc/hostname</c> and <c>/etc/resolv.conf</c>: files in its folder, bound over the image's. They are written anew
/// for each run, and when it is connected or disconnected, unless somebody else has changed them: what we wrote is known by its hash.
/// </summary>
internal static class NetworkFiles
{
    internal const string Hosts = "hosts";
    internal const string Hostname = "hostname";
    internal const string Resolver = "resolv.conf";

    private const string HashFile = "network-files";

    private static readonly string[] s_names = [Hosts, Hostname, Resolver];

    /// <summary>Writes those that are missing, or that we wrote and that are to be others now.</summary>
    /// <remarks>In place, since they are bound in the container.</remarks>
    internal static void Write(string containerFolder, params ReadOnlySpan<(string Name, string Text)> files)
    {
        var known = ReadHashes(containerFolder);
        var changed = new List<(string Path, byte[] Text)>();
        foreach (var (name, text) in files)
        {
            var path = Path.Combine(containerFolder, name);
            var bytes = Encoding.UTF8.GetBytes(text);
            var hash = ShortHash.Of(bytes);
            if (File.Exists(path))
            {
                var present = ShortHash.Of(File.ReadAllBytes(path));
                if (present == hash || !known.Contains($"{name} {present}")) continue;

                // Killed before the new text is there, the old one is still known as ours.
                known.RemoveAll(line => line.StartsWith(name + " ", StringComparison.Ordinal) && line != $"{name} {present}");
            }

            known.Add($"{name} {hash}");
            changed.Add((path, bytes));
        }

        if (changed.Count == 0) return;
        File.WriteAllLines(Path.Combine(containerFolder, HashFile), known);
        foreach (var (path, text) in changed)
        {
            File.WriteAllBytes(path, text);
            File.SetUnixFileMode(path, (UnixFileMode)0x1a4 /* 0644: every user inside reads it */);
        }
    }

    /// <summary>True when all are there.</summary>
    internal static bool Exist(string containerFolder) => Array.TrueForAll(s_names, name => File.Exists(Path.Combine(containerFolder, name)));

    /// <summary>The mounts.</summary>
    internal static IEnumerable<Mount> Mounts(string containerFolder) => s_names.Select(name => new Mount
    {
        Destination = "/etc/" + name,
        Type = "bind",
        Source = Path.Combine(containerFolder, name),
        Options = ["rbind", "rprivate"],
    });

    private static List<string> ReadHashes(string folder)
    {
        var path = Path.Combine(folder, HashFile);
        return File.Exists(path) ? [.. File.ReadAllLines(path)] : [];
    }
}
