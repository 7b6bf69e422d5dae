using System.Text.RegularExpressions;

namespace ContainerPS.Engine.Build;

/// <summary>The address of a git repository, as Docker takes it: <c>https://host/path.git#ref:folder</c>, <c>git@host:path</c>, <c>ssh://…</c>, <c>git://…</c>.</summary>
/// <param name="Remote">The repository.</param>
/// <param name="Ref">Branch, tag or commit; null for the default branch.</param>
/// <param name="Folder">Folder in it; null for all of it.</param>
internal sealed partial record GitAddress(string Remote, string? Ref, string? Folder)
{
    /// <summary>The repository, as it may be shown and kept.</summary>
    internal string RemoteWithoutPassword => WithoutPasswords(Remote);

    /// <summary>A text that may be shown: addresses in it have no names and passwords.</summary>
    internal static string WithoutPasswords(string text) => Password().Replace(text, "$1");

    /// <summary>Reads an address; null when it is none of a git repository.</summary>
    /// <param name="text">The address.</param>
    /// <param name="isOfUser">True when the user gives it, who may name repositories of this machine (<c>file://</c>); false when a Dockerfile does.</param>
    /// <exception cref="InvalidSettingException">It is one with a part that cannot be.</exception>
    internal static GitAddress? TryParse(string text, bool isOfUser)
    {
        var hash = text.IndexOf('#');
        var (remote, fragment) = hash < 0 ? (text, "") : (text[..hash], text[(hash + 1)..]);
        var isGit = remote.StartsWith("git://", StringComparison.Ordinal) || remote.StartsWith("ssh://", StringComparison.Ordinal) || ShortForm().IsMatch(remote)
            || ((remote.StartsWith("http://", StringComparison.Ordinal) || remote.StartsWith("https://", StringComparison.Ordinal)) && remote.TrimEnd('/').EndsWith(".git", StringComparison.Ordinal))
            || (isOfUser && remote.StartsWith("file://", StringComparison.Ordinal) && remote.TrimEnd('/').EndsWith(".git", StringComparison.Ordinal));
        if (!isGit) return null;
        var colon = fragment.IndexOf(':');
        var (reference, folder) = colon < 0 ? (fragment, "") : (fragment[..colon], fragment[(colon + 1)..]);

        // What begins with a hyphen would be an option of git's.
        if (reference.StartsWith('-') || reference.AsSpan().IndexOfAnyInRange('\0', ' ') >= 0)
            throw new InvalidSettingException("Path", text, $"'{text}' is refused. After '#' comes a branch, a tag or a commit, and '{reference}' is none.");
        return new GitAddress(remote, reference.Length == 0 ? null : reference, folder.Length == 0 ? null : folder);
    }

    [GeneratedRegex(@"^[A-Za-z0-9_.][A-Za-z0-9_.-]*@[A-Za-z0-9_.-]+:[^-].*$")]
    private static partial Regex ShortForm();

    // The user's name and what is after it, or a token that is instead of it.
    [GeneratedRegex(@"(https?://)[^/@\s]*(?:@[^/@\s]*)*@")]
    private static partial Regex Password();
}
