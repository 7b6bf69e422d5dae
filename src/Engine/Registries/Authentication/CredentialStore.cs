namespace ContainerPS.Engine.Registries;

/// <summary>Finds and keeps the credentials of registries: in our own file first, then in Docker's, each with the programs it names.</summary>
internal sealed class CredentialStore
{
    private readonly CredentialFile _own;
    private readonly CredentialFile _docker;

    internal CredentialStore(string ownPath, string dockerPath) => (_own, _docker) = (new CredentialFile(ownPath), new CredentialFile(dockerPath));

    /// <summary>The files of this user: <c>$CONTAINERPS_AUTH</c> or <c>~/.config/containerps/auth.json</c>, and Docker's.</summary>
    internal static CredentialStore OfUser()
    {
        var home = Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } folder ? folder : "/root";
        var docker = Environment.GetEnvironmentVariable("DOCKER_CONFIG") is { Length: > 0 } config ? config : Path.Combine(home, ".docker");
        var own = Environment.GetEnvironmentVariable("CONTAINERPS_AUTH") is { Length: > 0 } file ? Path.GetFullPath(file) : Path.Combine(home, ".config", "containerps", "auth.json");
        return new CredentialStore(own, Path.Combine(docker, "config.json"));
    }

    /// <summary>The credentials of a registry, or null when nobody has connected to it.</summary>
    internal RegistryCredential? Find(string domain)
    {
        foreach (var file in (ReadOnlySpan<CredentialFile>)[_own, _docker])
        {
            var document = file.Read();
            if (CredentialFile.HelperOf(document, domain) is { } helper && new CredentialHelper(helper).Get(CredentialFile.KeyOf(domain)) is { } kept) return kept;
            if (CredentialFile.Find(document, domain) is { } written) return written;
        }

        return null;
    }

    /// <summary>Keeps credentials, and says where.</summary>
    internal string Store(string domain, RegistryCredential credential)
    {
        // A bearer token that is shown as it is has no place in the programs' protocol.
        if (credential.RegistryToken is null && Helper(domain) is { } helper)
        {
            new CredentialHelper(helper).Store(CredentialFile.KeyOf(domain), credential);
            _own.Change(domain, null);
            return "docker-credential-" + helper;
        }

        _own.Change(domain, credential);
        return _own.Path;
    }

    /// <summary>Forgets credentials; false when there were none.</summary>
    internal bool Erase(string domain)
    {
        var helper = Helper(domain);
        var kept = helper is not null && new CredentialHelper(helper).Get(CredentialFile.KeyOf(domain)) is not null;
        if (kept) new CredentialHelper(helper!).Erase(CredentialFile.KeyOf(domain));
        var own = _own.Change(domain, null);
        var docker = _docker.Change(domain, null);
        return kept || own || docker;
    }

    private string? Helper(string domain) => CredentialFile.HelperOf(_own.Read(), domain) ?? CredentialFile.HelperOf(_docker.Read(), domain);
}
