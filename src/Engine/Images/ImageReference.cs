using ContainerPS.Engine.Images;

namespace ContainerPS;

/// <summary>An image's name in Docker's grammar (distribution/reference): <c>[domain/]path[:tag][@digest]</c>.</summary>
public sealed record ImageReference
{
    /// <summary>The registry meant when none is named.</summary>
    public const string DefaultDomain = "docker.io";

    /// <summary>The tag meant when none is named.</summary>
    public const string DefaultTag = "latest";

    /// <summary>The first part of the path of Docker Hub's own images, which is not shown.</summary>
    internal const string OfficialPrefix = "library/";

    internal ImageReference(string domain, string path, string? tag, string? digest)
    {
        Domain = domain;
        Path = path;
        Tag = tag;
        Digest = digest;
    }

    /// <summary>Registry's host, with its port if one is given: <c>docker.io</c>, <c>hub.example:5000</c>, <c>[::1]:5000</c>.</summary>
    public string Domain { get; }

    /// <summary>Repository's path in the registry: <c>library/nginx</c>.</summary>
    public string Path { get; }

    /// <summary>Tag, or null when none is given.</summary>
    public string? Tag { get; }

    /// <summary>Digest of the manifest, as <c>algorithm:hex</c>, or null when none is given.</summary>
    public string? Digest { get; }

    /// <summary>Domain and path: <c>docker.io/library/nginx</c>.</summary>
    public string Repository => Domain.Length == 0 ? Path : $"{Domain}/{Path}";

    /// <summary>Repository as Docker shows it, without Docker Hub's defaults: <c>nginx</c>.</summary>
    public string FamiliarRepository
    {
        get
        {
            if (Domain != DefaultDomain) return Repository;
            var official = Path.StartsWith(OfficialPrefix, StringComparison.Ordinal) && Path.IndexOf('/', OfficialPrefix.Length) < 0;
            return official ? Path[OfficialPrefix.Length..] : Path;
        }
    }

    /// <summary>Reads a reference; no tag is added when there is none.</summary>
    /// <param name="text">What a user writes: <c>nginx</c>, <c>hub.example:5000/it/httpd:2.4</c>.</param>
    /// <exception cref="InvalidReferenceException">The text is not a reference; the message says what is wrong with it.</exception>
    public static ImageReference Parse(string text)
    {
        var error = ReferenceGrammar.TryParse(text, out var reference);
        return error is null ? reference! : throw new InvalidReferenceException(text, error);
    }

    /// <summary>Reads a reference, or gives null when the text is none.</summary>
    public static ImageReference? TryParse(string? text) =>
        text is not null && ReferenceGrammar.TryParse(text, out var reference) is null ? reference : null;

    /// <summary>This reference with the tag <c>latest</c> when it has neither tag nor digest.</summary>
    public ImageReference WithDefaultTag() => Tag is null && Digest is null ? WithTag(DefaultTag) : this;

    /// <summary>This repository with another tag and no digest.</summary>
    /// <exception cref="InvalidReferenceException">The tag has characters that no tag may have, or is too long.</exception>
    public ImageReference WithTag(string tag) => ReferenceGrammar.TagError(tag) is { } error
        ? throw new InvalidReferenceException($"{FamiliarRepository}:{tag}", error)
        : new ImageReference(Domain, Path, tag, null);

    /// <summary>As Docker shows it: <c>nginx:latest</c>.</summary>
    public string ToFamiliarString() => FamiliarRepository + Suffix;

    /// <summary>In full: <c>docker.io/library/nginx:latest</c>.</summary>
    public override string ToString() => Repository + Suffix;

    private string Suffix => (Tag is null ? "" : ":" + Tag) + (Digest is null ? "" : "@" + Digest);
}

/// <summary>A text is not an image reference.</summary>
public sealed class InvalidReferenceException(string reference, string error)
    : ContainerEngineException("InvalidImageReference", ErrorKind.InvalidArgument, $"'{reference}' is not an image name: {error}. An image name is [registry[:port]/]repository[:tag][@digest], such as 'nginx' or 'hub.example:5000/it/httpd:2.4'.", reference);
