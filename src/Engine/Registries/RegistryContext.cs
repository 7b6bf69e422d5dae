namespace ContainerPS.Engine.Registries;

/// <summary>What all requests of one command share: settings, connections, credentials, and who is told of each request.</summary>
internal sealed class RegistryContext : IDisposable
{
    private RegistryContext(RegistrySettings settings, HttpPool pool, CredentialStore credentials, TransferLimits limits, Action<string>? log)
    {
        (Settings, Pool, Credentials, Limits) = (settings, pool, credentials, limits);
        Log = log ?? (_ => { });
    }

    /// <summary>What the settings say.</summary>
    internal RegistrySettings Settings { get; }

    /// <summary>Connections.</summary>
    internal HttpPool Pool { get; }

    /// <summary>Credentials.</summary>
    internal CredentialStore Credentials { get; }

    /// <summary>How long and how often.</summary>
    internal TransferLimits Limits { get; }

    /// <summary>Told of each request; never of a secret.</summary>
    internal Action<string> Log { get; }

    /// <summary>Reads the settings.</summary>
    internal static RegistryContext Open(StorePaths paths, Action<string>? log, TransferLimits? limits = null)
    {
        limits ??= new TransferLimits();
        var settings = new RegistrySettings(new EngineSettingsFile(paths).Read());
        string[] folders = [Path.Combine(Path.GetDirectoryName(paths.ConfigFile)!, "certs.d"), "/etc/docker/certs.d"];
        return new RegistryContext(settings, new HttpPool(settings, folders, limits), CredentialStore.OfUser(), limits, log);
    }

    /// <inheritdoc/>
    public void Dispose() => Pool.Dispose();
}
