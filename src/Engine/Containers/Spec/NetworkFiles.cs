using System.Text;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Containers;

/// <summary>The container's own <c>/etc/hosts</c>, <c>/etc/hostname</c> and <c>/etc/resolv.conf</c>: files in its folder, bound over the image's.</summary>
internal static class NetworkFiles
{
    private static readonly string[] s_names = ["hosts", "hostname", "resolv.conf"];

    /// <summary>Writes those that are missing; what the user changed stays.</summary>
    internal static void Write(string containerFolder, string hostname, bool hostNetwork)
    {
        WriteMissing(containerFolder, "hostname", () => hostname + "\n");
        WriteMissing(containerFolder, "hosts", () => hostNetwork ? HostFile("/etc/hosts") : Hosts(hostname));
        WriteMissing(containerFolder, "resolv.conf", () => HostFile("/etc/resolv.conf"));
    }

    /// <summary>The mounts.</summary>
    internal static IEnumerable<Mount> Mounts(string containerFolder) => s_names.Select(name => new Mount
    {
        Destination = "/etc/" + name,
        Type = "bind",
        Source = Path.Combine(containerFolder, name),
        Options = ["rbind", "rprivate"],
    });

    private static string Hosts(string hostname) =>
        $"""
        127.0.0.1	localhost {hostname}
        ::1	localhost ip6-localhost ip6-loopback
        fe00::	ip6-localnet
        ff00::	ip6-mcastprefix
        ff02::1	ip6-allnodes
        ff02::2	ip6-allrouters

        """;

    private static string HostFile(string path) => File.Exists(path) ? File.ReadAllText(path) : "";

    private static void WriteMissing(string folder, string name, Func<string> text)
    {
        var path = Path.Combine(folder, name);
        if (File.Exists(path)) return;
        File.WriteAllBytes(path, Encoding.UTF8.GetBytes(text()));
        File.SetUnixFileMode(path, (UnixFileMode)0x1a4 /* 0644: every user inside reads it */);
    }
}
