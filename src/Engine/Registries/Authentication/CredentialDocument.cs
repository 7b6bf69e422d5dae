using System.Text.Json;
using System.Text.Json.Serialization;

namespace ContainerPS.Engine.Registries;

/// <summary>The members of Docker's config.json that concern registries; our own file has the same form.</summary>
internal sealed record CredentialDocument
{
    /// <summary>Credentials by registry.</summary>
    public Dictionary<string, CredentialEntry>? Auths { get; init; }

    /// <summary>The program (<c>docker-credential-NAME</c>) that keeps all credentials.</summary>
    public string? CredsStore { get; init; }

    /// <summary>Programs that keep those of single registries.</summary>
    public Dictionary<string, string>? CredHelpers { get; init; }

    /// <summary>All else, kept when the file is written.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }
}

/// <summary>The credentials of one registry.</summary>
internal sealed record CredentialEntry
{
    /// <summary>base64 of <c>name:password</c>.</summary>
    public string? Auth { get; init; }

    public string? Username { get; init; }

    public string? Password { get; init; }

    /// <summary>A refresh token.</summary>
    [JsonPropertyName("identitytoken")]
    public string? IdentityToken { get; init; }

    /// <summary>A bearer token.</summary>
    [JsonPropertyName("registrytoken")]
    public string? RegistryToken { get; init; }

    /// <summary>All else.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }
}

/// <summary>What a credential program answers.</summary>
internal sealed record HelperAnswer
{
    [JsonPropertyName("ServerURL")]
    public string? ServerUrl { get; init; }

    [JsonPropertyName("Username")]
    public string? UserName { get; init; }

    [JsonPropertyName("Secret")]
    public string? Secret { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(CredentialDocument))]
[JsonSerializable(typeof(HelperAnswer))]
internal sealed partial class CredentialJson : JsonSerializerContext;
