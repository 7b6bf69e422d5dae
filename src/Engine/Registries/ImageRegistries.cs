using ContainerPS.Engine.Registries;

namespace ContainerPS.Engine;

/// <summary>Registries: connecting to them, and finding what they have.</summary>
public sealed class ImageRegistries
{
    private const string HubSearchHost = "index.docker.io";

    private readonly StorePaths _paths;

    internal ImageRegistries(StorePaths paths) => _paths = paths;

    /// <summary>Verifies credentials with a registry, and keeps them.</summary>
    /// <param name="registry">Host and port; null for Docker Hub.</param>
    /// <param name="userName">Name of the account.</param>
    /// <param name="password">Password, or a token that the registry takes in its place.</param>
    /// <param name="log">Told of each request.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>The registry, and where its account is kept.</returns>
    /// <exception cref="RegistryAccessException">The registry does not accept them; nothing is kept.</exception>
    public ImageRegistry Connect(string? registry, string userName, string password, Action<string>? log, CancellationToken cancellation)
    {
        var credential = userName.Length == 0 ? new RegistryCredential("", "", RegistryToken: password) : new RegistryCredential(userName, password);
        var address = RegistryAddress.Parse(registry ?? ImageReference.DefaultDomain);
        using var context = RegistryContext.Open(_paths, log);
        new RegistryClient(context, RegistrySettings.EndpointToWrite(address), "", credential).CheckAccess(cancellation);
        return new ImageRegistry { Registry = address.Domain, UserName = userName.Length > 0 ? userName : null, KeptBy = context.Credentials.Store(address.Domain, credential) };
    }

    /// <summary>Forgets the credentials of a registry; false when there were none.</summary>
    /// <param name="registry">Host and port; null for Docker Hub.</param>
    public bool Disconnect(string? registry)
    {
        using var context = RegistryContext.Open(_paths, null);
        return context.Credentials.Erase(RegistryAddress.Parse(registry ?? ImageReference.DefaultDomain).Domain);
    }

    /// <summary>The repositories of a registry, with all their tags when asked.</summary>
    /// <param name="registry">Host and port; null to search Docker Hub.</param>
    /// <param name="pattern">A repository, or a pattern with wildcards, or null for all; for Docker Hub, a word.</param>
    /// <param name="tags">Also the tags of each.</param>
    /// <param name="log">Told of each request.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public IEnumerable<ImageSearchResult> Find(string? registry, string? pattern, bool tags, Action<string>? log, CancellationToken cancellation)
    {
        var address = RegistryAddress.Parse(registry ?? ImageReference.DefaultDomain);
        return address.Domain == ImageReference.DefaultDomain ? Search(HubSearchHost, null, pattern, log, cancellation) : List(address, pattern, tags, log, cancellation);
    }

    /// <summary>Asks the search of Docker Hub, which has no list of all its repositories.</summary>
    internal IEnumerable<ImageSearchResult> Search(string authority, string? scheme, string? word, Action<string>? log, CancellationToken cancellation)
    {
        if (word is not { Length: > 1 }) throw new InvalidSettingException("Name", word, "Docker Hub does not list all that it has. Give a word to search for, or a registry with -Registry.");
        using var context = RegistryContext.Open(_paths, log);
        var endpoint = new RegistryEndpoint(new RegistryAddress(ImageReference.DefaultDomain), authority, scheme, "", IsMirror: false);
        foreach (var item in new RegistryClient(context, endpoint, "").Search(word.Trim('*'), cancellation))
        {
            if (item.Name is not { } name || ImageReference.TryParse(name) is not { Tag: null, Digest: null } reference || reference.Domain != ImageReference.DefaultDomain) continue;
            yield return new ImageSearchResult { Registry = ImageReference.DefaultDomain, Name = reference.Path, Description = item.Description, Stars = item.StarCount, IsOfficial = item.IsOfficial };
        }
    }

    private IEnumerable<ImageSearchResult> List(RegistryAddress address, string? pattern, bool tags, Action<string>? log, CancellationToken cancellation)
    {
        using var context = RegistryContext.Open(_paths, log);
        var endpoint = RegistrySettings.EndpointToWrite(address);
        var exact = pattern is not null && !Images.Wildcard.IsPattern(pattern);
        var repositories = exact ? [pattern!] : new RegistryClient(context, endpoint, "").Catalog(cancellation);
        foreach (var repository in repositories)
        {
            if (!exact && pattern is not null && !Images.Wildcard.Fits(pattern, repository)) continue;
            if (ImageReference.TryParse($"{address.Domain}/{repository}") is not { } name || name.Path != repository) continue;
            IReadOnlyList<string> found = tags || exact ? [.. new RegistryClient(context, endpoint, repository).Tags(cancellation)] : [];
            yield return new ImageSearchResult { Registry = address.Domain, Name = repository, Tags = found };
        }
    }
}
