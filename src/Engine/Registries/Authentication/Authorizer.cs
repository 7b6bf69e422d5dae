using System.Net.Http.Headers;
using System.Text.Json;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Registries;

/// <summary>
/// Answers the challenges of one registry, and keeps the answers for its next requests. Credentials go to the registry's host and, for tokens, to the realm that
/// this registry's own challenge names; to nobody else.
/// </summary>
/// <param name="endpoint">The registry.</param>
/// <param name="pool">How to speak to token servers.</param>
/// <param name="limits">How long to wait.</param>
/// <param name="credential">Asked when a challenge comes; null means anonymous.</param>
/// <param name="log">Told each request.</param>
internal sealed class Authorizer(RegistryEndpoint endpoint, HttpPool pool, TransferLimits limits, Func<RegistryCredential?> credential, Action<string> log)
{
    private const int MaxAnswer = 1 << 20;
    private static readonly TimeSpan s_shortLife = TimeSpan.FromSeconds(60);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (AuthenticationHeaderValue Header, DateTime Until)> _answers = new(StringComparer.Ordinal);
    private RegistryCredential? _credential;
    private bool _asked;
    private string? _refreshToken;

    /// <summary>The header for a scope, when it is known already.</summary>
    internal AuthenticationHeaderValue? Known(string scope)
    {
        lock (_gate)
        {
            if (_answers.TryGetValue("", out var always)) return always.Header;
            return _answers.TryGetValue(scope, out var answer) && answer.Until > DateTime.UtcNow ? answer.Header : null;
        }
    }

    /// <summary>Answers a challenge.</summary>
    /// <param name="challenge">The registry's challenge.</param>
    /// <param name="scope">What the request needs, as <c>repository:NAME:pull</c>; several are separated by spaces.</param>
    /// <param name="refused">The header that the registry has just refused, if one was sent.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>The header to try with, or null when there is none.</returns>
    internal AuthenticationHeaderValue? Answer(Challenge challenge, string scope, AuthenticationHeaderValue? refused, CancellationToken cancellation)
    {
        lock (_gate)
        {
            // Another thread may have fetched a new token while this one was refused the old one.
            if (Known(scope) is { } known && !known.Equals(refused)) return known;
            var account = Credential();
            if (account?.RegistryToken is { } shown) return Keep("", new AuthenticationHeaderValue("Bearer", shown), DateTime.MaxValue);
            if (challenge.Scheme == "Basic")
                return account is null || account.UserName.Length == 0 ? null : Keep("", new AuthenticationHeaderValue("Basic", account.Basic), DateTime.MaxValue);
            var (token, life) = Fetch(challenge, scope, account, cancellation);
            return Keep(scope, new AuthenticationHeaderValue("Bearer", token), DateTime.UtcNow + life);
        }
    }

    /// <summary>A refresh token that the server gave for the password, or null.</summary>
    internal string? RefreshToken => _refreshToken;

    private RegistryCredential? Credential()
    {
        if (!_asked) (_credential, _asked) = (credential(), true);
        return _credential;
    }

    private AuthenticationHeaderValue Keep(string scope, AuthenticationHeaderValue header, DateTime until)
    {
        _answers[scope] = (header, until);
        return header;
    }

    private (string Token, TimeSpan Life) Fetch(Challenge challenge, string scope, RegistryCredential? account, CancellationToken cancellation)
    {
        var realm = Realm(challenge);
        var scopes = Scopes(scope, challenge["scope"]);
        using var request = account?.IdentityToken is { } identity ? Exchange(realm, challenge["service"], scopes, identity) : Ask(realm, challenge["service"], scopes, account);
        log($"{request.Method} {realm.GetLeftPart(UriPartial.Path)} for a token ({(scopes.Count == 0 ? "no scope" : string.Join(" ", scopes))})");
        byte[] json;
        try
        {
            using var response = pool.Send(request, limits.Answer, cancellation);
            using var body = new AnswerStream(response, limits, cancellation, limits.Document);
            if ((int)response.StatusCode is 401 or 403 or 400)
            {
                var said = account is null ? "gives no token without an account; connect with Connect-ImageRegistry" : $"refuses the account '{account.UserName}'";
                throw new RegistryAccessException(endpoint.CredentialDomain, $"The token server '{realm.Authority}' of registry '{endpoint.Display}' {said} ({(int)response.StatusCode}).");
            }

            if (!response.IsSuccessStatusCode) throw new RegistryException(endpoint.CredentialDomain, $"The token server '{realm.Authority}' of registry '{endpoint.Display}' answered {(int)response.StatusCode}.");
            json = ContentStore.ReadLimited(body, MaxAnswer, "answer of the token server");
        }
        catch (Exception e) when (e is HttpRequestException or BrokenTransferException)
        {
            throw new RegistryUnreachableException(endpoint.CredentialDomain, $"The token server '{realm.Authority}' of registry '{endpoint.Display}' cannot be reached: {e.Message.TrimEnd('.')}.", e);
        }

        return ReadToken(json, realm);
    }

    private (string Token, TimeSpan Life) ReadToken(byte[] json, Uri realm)
    {
        TokenAnswer? answer = null;
        try
        {
            answer = JsonSerializer.Deserialize(json, RegistryJson.Default.TokenAnswer);
        }
        catch (JsonException)
        {
            // Said below.
        }

        var token = answer?.Token is { Length: > 0 } plain ? plain : answer?.AccessToken;
        if (token is not { Length: > 0 } || token.AsSpan().ContainsAnyExceptInRange('!', '~'))
            throw new RegistryException(endpoint.CredentialDomain, $"The token server '{realm.Authority}' of registry '{endpoint.Display}' answered without a token.");
        _refreshToken = answer!.RefreshToken is { Length: > 0 } refresh ? refresh : null;
        // A moment less than it lives, so that it does not end on its way.
        var life = TimeSpan.FromSeconds(Math.Max(answer.ExpiresIn ?? 0, s_shortLife.TotalSeconds) * 0.9);
        return (token, life);
    }

    // Passwords are sent to the realm: it may be less well protected than the registry in no case.
    private Uri Realm(Challenge challenge)
    {
        if (challenge["realm"] is not { } text || !Uri.TryCreate(text, UriKind.Absolute, out var realm) || realm.Scheme is not ("http" or "https") || realm.UserInfo.Length > 0)
            throw new RegistryException(endpoint.CredentialDomain, $"The registry '{endpoint.Display}' asks for a token and gives as its server '{challenge["realm"]}', which is not an address.");
        if (realm.Scheme == "http" && !pool.MayBePlain(realm.Authority))
            throw new RegistryException(endpoint.CredentialDomain, $"The registry '{endpoint.Display}' asks for a token from '{realm.GetLeftPart(UriPartial.Path)}', without TLS. If that is meant, allow it with: Set-ContainerEngine -InsecureRegistry {realm.Authority}");
        return realm;
    }

    private static HttpRequestMessage Ask(Uri realm, string? service, IReadOnlyList<string> scopes, RegistryCredential? account)
    {
        var query = new List<string>();
        if (realm.Query.Length > 1) query.Add(realm.Query[1..]);
        if (service is not null) query.Add("service=" + Uri.EscapeDataString(service));
        query.AddRange(scopes.Select(scope => "scope=" + Uri.EscapeDataString(scope)));
        if (account is { UserName.Length: > 0 }) query.Add("account=" + Uri.EscapeDataString(account.UserName));
        var request = new HttpRequestMessage(HttpMethod.Get, new UriBuilder(realm) { Query = string.Join('&', query) }.Uri);
        if (account is { UserName.Length: > 0 }) request.Headers.Authorization = new AuthenticationHeaderValue("Basic", account.Basic);
        return request;
    }

    private static HttpRequestMessage Exchange(Uri realm, string? service, IReadOnlyList<string> scopes, string identity)
    {
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "refresh_token",
            ["refresh_token"] = identity,
            ["client_id"] = "containerps",
            ["scope"] = string.Join(' ', scopes),
        };
        if (service is not null) form["service"] = service;
        return new HttpRequestMessage(HttpMethod.Post, realm) { Content = new FormUrlEncodedContent(form) };
    }

    // What the request needs, and what the registry says besides (a catalog's scope is known to the registry alone).
    private static List<string> Scopes(string needed, string? said)
    {
        var scopes = needed.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToList();
        if (scopes.Count == 0 && said is not null) scopes.AddRange(said.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return scopes;
    }
}
