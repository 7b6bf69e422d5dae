using System.Text.Json.Serialization;

namespace ContainerPS.Engine.Registries;

/// <summary>What a token server answers (distribution docs/spec/auth/token.md and oauth.md).</summary>
internal sealed record TokenAnswer
{
    public string? Token { get; init; }

    public string? AccessToken { get; init; }

    public int? ExpiresIn { get; init; }

    public string? RefreshToken { get; init; }
}

/// <summary>A registry's errors (distribution-spec, "Error codes").</summary>
internal sealed record ErrorAnswer
{
    public List<ErrorItem>? Errors { get; init; }

    /// <summary>Token servers use this form.</summary>
    public string? Details { get; init; }
}

internal sealed record ErrorItem
{
    public string? Code { get; init; }

    public string? Message { get; init; }
}

internal sealed record CatalogAnswer
{
    public List<string>? Repositories { get; init; }
}

internal sealed record TagsAnswer
{
    public string? Name { get; init; }

    public List<string>? Tags { get; init; }
}

internal sealed record SearchAnswer
{
    public List<SearchItem>? Results { get; init; }
}

internal sealed record SearchItem
{
    public string? Name { get; init; }

    public string? Description { get; init; }

    public int StarCount { get; init; }

    public bool IsOfficial { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(ErrorAnswer))]
[JsonSerializable(typeof(CatalogAnswer))]
[JsonSerializable(typeof(TagsAnswer))]
[JsonSerializable(typeof(SearchAnswer))]
internal sealed partial class RegistryJson : JsonSerializerContext;
