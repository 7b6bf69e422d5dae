using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Registries;

/// <summary>What a registry has, page by page; and whether it lets one in.</summary>
internal sealed partial class RegistryClient
{
    private const int MaxPage = 4 << 20;
    private const int MaxPages = 10_000;
    private const int PageSize = 200;

    /// <summary>Asks whether the registry is one and accepts the credentials; gives the refresh token that its token server hands out, if it does.</summary>
    internal string? CheckAccess(CancellationToken cancellation)
    {
        using var response = Send(new RegistryRequest { Method = HttpMethod.Get, Target = "", Scope = "" }, cancellation);
        if (!response.IsSuccessStatusCode) throw Failed(response, "registry's API (version 2)", cancellation);
        return _authorizer.RefreshToken;
    }

    /// <summary>The repositories of a registry.</summary>
    internal IEnumerable<string> Catalog(CancellationToken cancellation) =>
        Pages($"_catalog?n={PageSize}", "registry:catalog:*", "list of repositories", RegistryJson.Default.CatalogAnswer, page => page.Repositories, cancellation);

    /// <summary>The tags of the repository.</summary>
    internal IEnumerable<string> Tags(CancellationToken cancellation) =>
        Pages($"{_repository}/tags/list?n={PageSize}", PullScope, $"repository '{_repository}'", RegistryJson.Default.TagsAnswer, page => page.Tags, cancellation);

    /// <summary>What Docker Hub finds for a word (its API of version 1, which has no place below <c>/v2/</c>).</summary>
    internal IReadOnlyList<SearchItem> Search(string word, CancellationToken cancellation)
    {
        var target = new Uri(Root(cancellation), $"v1/search?q={Uri.EscapeDataString(word)}&n=100").AbsoluteUri;
        return [.. (Page(target, "", "search", RegistryJson.Default.SearchAnswer, out _, cancellation).Results ?? []).Where(item => item is not null).Select(item => item with { Description = Clean(item.Description) })];
    }

    private IEnumerable<string> Pages<T>(string first, string scope, string what, JsonTypeInfo<T> type, Func<T, List<string>?> items, CancellationToken cancellation)
        where T : class
    {
        string? target = first;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var count = 0; target is not null && count < MaxPages; count++)
        {
            if (!seen.Add(target)) throw new RegistryException(_endpoint.CredentialDomain, $"The registry '{Display}' leads in a circle in its {what}.");
            var page = Page(target, scope, what, type, out target, cancellation);
            foreach (var item in items(page) ?? [])
                if (item is { Length: > 0 } && !item.Any(char.IsControl)) yield return item;
        }
    }

    private T Page<T>(string target, string scope, string what, JsonTypeInfo<T> type, out string? next, CancellationToken cancellation)
        where T : class
    {
        using var response = Send(new RegistryRequest { Method = HttpMethod.Get, Target = target, Scope = scope }, cancellation);
        if (response.StatusCode != HttpStatusCode.OK) throw Failed(response, what, cancellation);
        next = Next(response);
        try
        {
            using var body = new AnswerStream(response, _context.Limits, cancellation, _context.Limits.Document);
            return JsonSerializer.Deserialize(ContentStore.ReadLimited(body, MaxPage, what), type) ?? throw new JsonException();
        }
        catch (JsonException e)
        {
            throw new RegistryException(_endpoint.CredentialDomain, $"The registry '{Display}' answered for its {what} with something that no registry answers.", e);
        }
        catch (BrokenTransferException e)
        {
            throw new RegistryUnreachableException(_endpoint.CredentialDomain, $"The registry '{Display}' did not deliver its {what}: {e.Message}.", e);
        }
    }

    // Link: </v2/_catalog?last=x&n=200>; rel="next" (RFC 8288); only of the registry itself.
    private string? Next(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Link", out var values)) return null;
        foreach (var link in values.SelectMany(value => value.Split(',')))
        {
            var (open, close) = (link.IndexOf('<'), link.IndexOf('>'));
            if (open < 0 || close < open || !link[close..].Contains("next", StringComparison.Ordinal)) continue;
            var uri = new Uri(response.RequestMessage!.RequestUri!, link[(open + 1)..close]);
            return SameOrigin(uri, response.RequestMessage.RequestUri!) ? uri.AbsoluteUri : null;
        }

        return null;
    }
}
