using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Images;

/// <summary>Tells from the beginning of a tar whether it holds images or a root file system.</summary>
internal static class ArchiveSniffer
{
    /// <summary>As much of the beginning as is looked at.</summary>
    internal const int PrefixLength = 256 * 1024;

    /// <summary>
    /// True when the first member that says anything is one that archives of images have. The member that settles it may come last
    /// (docker save writes manifest.json after the layers), so this is a guess, which the list of members confirms.
    /// </summary>
    internal static bool MayHoldImages(ReadOnlySpan<byte> prefix)
    {
        using var reader = new TarReader(new MemoryStream(prefix.ToArray()));
        try
        {
            while (reader.Next() is { } entry)
                if (MemberName.Of(entry.Name) is { Length: > 0 } name)
                    return IsImageMember(name);
        }
        catch (InvalidContentException)
        {
            // The prefix ends inside its first member; or the archive is damaged, which whoever reads it all will say better.
        }

        return false;
    }

    /// <summary>True for what docker, podman, skopeo, crane, kaniko, jib, bazel and nix put at the top of their archives.</summary>
    private static bool IsImageMember(string name)
    {
        var first = name.Split('/')[0];
        if (name is "manifest.json" or "index.json" or "oci-layout" or "repositories" || first == "blobs") return true;
        if (first.StartsWith(Digest.Prefix, StringComparison.Ordinal) || Digest.TryParseHex(first.AsSpan(0, Math.Min(64, first.Length)), out _)) return true;
        if (name.EndsWith("/layer.tar", StringComparison.Ordinal)) return true;
        return first == name && (name.EndsWith(".json", StringComparison.Ordinal) || name.EndsWith(".tar", StringComparison.Ordinal) || name.EndsWith(".tar.gz", StringComparison.Ordinal));
    }
}
