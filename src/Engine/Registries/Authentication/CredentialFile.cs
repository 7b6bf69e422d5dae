using System.Text;
using System.Text.Json;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Registries;

/// <summary>A file of credentials in the form of Docker's config.json.</summary>
internal sealed class CredentialFile(string path)
{
    /// <summary>The key under which Docker keeps the account of Docker Hub.</summary>
    internal const string DockerHubKey = "https://index.docker.io/v1/";

    /// <summary>Where it is.</summary>
    internal string Path => path;

    /// <summary>The key of a registry.</summary>
    internal static string KeyOf(string domain) => domain == ImageReference.DefaultDomain ? DockerHubKey : domain;

    /// <summary>What the file says; without a file, nothing.</summary>
    internal CredentialDocument Read()
    {
        try
        {
            var json = File.ReadAllBytes(path);
            return json.Length == 0 ? new CredentialDocument() : JsonSerializer.Deserialize(json, CredentialJson.Default.CredentialDocument) ?? new CredentialDocument();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return new CredentialDocument();
        }
        catch (JsonException e)
        {
            throw new ContainerEngineException("InvalidCredentialFile", ErrorKind.InvalidData, $"The file of credentials '{path}' is wrong at {e.Path ?? "$"}: correct it, or remove it and connect again.", path, e);
        }
    }

    /// <summary>The program that keeps a registry's credentials, or null.</summary>
    internal static string? HelperOf(CredentialDocument document, string domain)
    {
        foreach (var (key, helper) in document.CredHelpers ?? [])
            if (IsKeyOf(key, domain) && helper.Length > 0) return helper;
        return document.CredsStore is { Length: > 0 } store ? store : null;
    }

    /// <summary>The credentials that the file itself has for a registry, or null.</summary>
    internal static RegistryCredential? Find(CredentialDocument document, string domain)
    {
        foreach (var (key, entry) in document.Auths ?? [])
            if (IsKeyOf(key, domain) && Read(entry) is { } credential) return credential;
        return null;
    }

    /// <summary>Puts a registry's credentials into the file, or takes them out; mode 0600.</summary>
    internal bool Change(string domain, RegistryCredential? credential)
    {
        var document = Read();
        var auths = new Dictionary<string, CredentialEntry>(document.Auths ?? []);
        var removed = auths.Keys.Where(key => IsKeyOf(key, domain)).ToList().Count(auths.Remove) > 0;
        if (credential is null && !removed) return false;
        if (credential is not null)
        {
            auths[KeyOf(domain)] = new CredentialEntry
            {
                Auth = credential.UserName.Length > 0 ? credential.Basic : null,
                IdentityToken = credential.IdentityToken,
                RegistryToken = credential.RegistryToken,
            };
        }

        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!, StagingFolder.PrivateMode);
        AtomicFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(document with { Auths = auths }, CredentialJson.Default.CredentialDocument));
        return removed;
    }

    // Old files have addresses as keys (https://hub.example/v1/), and Docker Hub's in several forms.
    private static bool IsKeyOf(string key, string domain)
    {
        if (key.IndexOf("://", StringComparison.Ordinal) is var scheme and >= 0) key = key[(scheme + 3)..];
        var host = key.IndexOf('/') is var slash and >= 0 ? key[..slash] : key;
        if (host is "index.docker.io" or "registry-1.docker.io") host = ImageReference.DefaultDomain;
        return host.Equals(domain, StringComparison.OrdinalIgnoreCase);
    }

    private static RegistryCredential? Read(CredentialEntry entry)
    {
        var (name, password) = (entry.Username ?? "", entry.Password ?? "");
        if (entry.Auth is { Length: > 0 } auth)
        {
            var bytes = new byte[auth.Length];
            if (!Convert.TryFromBase64String(auth, bytes, out var count)) return null;
            var parts = Encoding.UTF8.GetString(bytes, 0, count).Split(':', 2);
            if (parts.Length == 2) (name, password) = (parts[0], parts[1].TrimEnd('\0'));
        }

        if (name.Length == 0 && entry.IdentityToken is null && entry.RegistryToken is null) return null;
        return new RegistryCredential(name, password, entry.IdentityToken, entry.RegistryToken);
    }
}
