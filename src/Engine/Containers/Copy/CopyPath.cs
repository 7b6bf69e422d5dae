using System.Text;

namespace ContainerPS.Engine.Containers;

/// <summary>
/// A path of a copy, on the machine or in a container, cleaned by its text alone as Docker does: absolute, without <c>.</c>, <c>..</c> and double slashes.
/// What its end says is kept apart.
/// </summary>
/// <param name="Full">The path.</param>
/// <param name="IsContent">True for the root and for what ends in <c>/.</c>: the content of the directory is meant, not the directory.</param>
/// <param name="MustBeDirectory">True for what ends in <c>/</c> or <c>/.</c>.</param>
internal sealed record CopyPath(string Full, bool IsContent, bool MustBeDirectory)
{
    /// <summary>The last component; empty for the root.</summary>
    internal string Name => Full[(Full.LastIndexOf('/') + 1)..];

    /// <summary>The directory that it is in.</summary>
    internal string Parent => Full.LastIndexOf('/') is > 0 and var slash ? Full[..slash] : "/";

    /// <summary>Reads a path; relative means below <paramref name="folder"/>.</summary>
    /// <exception cref="InvalidSettingException">It is empty or holds a NUL.</exception>
    internal static CopyPath Parse(string path, string folder = "/")
    {
        if (path.Length == 0) throw new InvalidSettingException("Path", path, "An empty path is refused. Give a path, such as /etc/hosts; the root directory is '/'.");
        if (path.Contains('\0')) throw new InvalidSettingException("Path", path, "A path with a NUL character is refused: no file has such a name.");
        var components = new List<string>();
        foreach (var component in (path[0] == '/' ? path : $"{folder}/{path}").Split('/'))
        {
            if (component is "" or ".") continue;
            if (component != "..") components.Add(component);
            else if (components.Count > 0) components.RemoveAt(components.Count - 1);
        }

        var isContent = components.Count == 0 || path == "." || path.EndsWith("/.", StringComparison.Ordinal);
        return new CopyPath("/" + string.Join('/', components), isContent, isContent || path[^1] == '/');
    }

    /// <summary>The bytes of a path, ending in NUL.</summary>
    internal static byte[] Bytes(string path) => Encoding.UTF8.GetBytes(path + '\0');
}
