using System.Net;
using System.Net.Http.Headers;

namespace ContainerPS.Engine.Registries;

/// <summary>
/// One repository at one registry or mirror (OCI distribution-spec; Docker's registry API v2). This part sends requests: it answers challenges, follows redirects,
/// and tries again what may pass. The other parts know the requests.
/// </summary>
internal sealed partial class RegistryClient
{
    private const int MaxRedirects = 10;

    private readonly RegistryContext _context;
    private readonly RegistryEndpoint _endpoint;
    private readonly Authorizer _authorizer;
    private readonly string _repository;
    private readonly Lock _gate = new();
    private Uri? _root;

    /// <param name="context">Settings, connections, credentials.</param>
    /// <param name="endpoint">The registry or mirror.</param>
    /// <param name="repository">Path of the repository, or empty for requests to the registry as a whole.</param>
    /// <param name="credential">Credentials to use in place of those that are kept.</param>
    internal RegistryClient(RegistryContext context, RegistryEndpoint endpoint, string repository, RegistryCredential? credential = null)
    {
        (_context, _endpoint, _repository) = (context, endpoint, repository);
        _authorizer = new Authorizer(endpoint, context.Pool, context.Limits, () => credential ?? context.Credentials.Find(endpoint.CredentialDomain), context.Log);
    }

    /// <summary>What messages call it.</summary>
    internal string Display => _endpoint.Display;

    /// <summary>False for the registry itself.</summary>
    internal bool IsMirror => _endpoint.IsMirror;

    private string PullScope => $"repository:{_repository}:pull";

    private string PushScope => $"repository:{_repository}:pull,push";

    /// <summary>Sends a request until it is answered in a way that is no passing trouble.</summary>
    /// <exception cref="RegistryUnreachableException">It could not be sent, or its answer did not come.</exception>
    /// <exception cref="RegistryAccessException">The registry wants other credentials.</exception>
    private HttpResponseMessage Send(RegistryRequest request, CancellationToken cancellation)
    {
        for (var attempt = 0; ; attempt++)
        {
            cancellation.ThrowIfCancellationRequested();
            var last = attempt + 1 >= _context.Limits.Attempts || !request.Repeatable;
            HttpResponseMessage response;
            try
            {
                response = Exchange(request, cancellation);
            }
            catch (HttpRequestException e)
            {
                cancellation.ThrowIfCancellationRequested();
                // Who does not answer at all is not asked again: the name or the port is wrong, or the machine is down.
                if (last || e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError) throw Unreachable(e);
                _context.Log($"trying again: {Reason(e)}");
                RetryWait.Wait(RetryWait.Before(attempt, null, _context.Limits)!.Value, cancellation);
                continue;
            }

            if (last || !RetryWait.IsPassing(response.StatusCode)) return response;
            if (RetryWait.Before(attempt, response, _context.Limits) is not { } delay) return response;
            _context.Log($"trying again in {delay.TotalSeconds:0.#} s: {(int)response.StatusCode} {response.ReasonPhrase}");
            response.Dispose();
            RetryWait.Wait(delay, cancellation);
        }
    }

    // One request with what belongs to it: challenge, redirects.
    private HttpResponseMessage Exchange(RegistryRequest request, CancellationToken cancellation)
    {
        var root = Root(cancellation);
        var uri = Uri.TryCreate(request.Target, UriKind.Absolute, out var absolute) && absolute.Scheme is "http" or "https" ? absolute : new Uri(root, "v2/" + request.Target);
        var authorization = _authorizer.Known(request.Scope);
        var challenged = 0;
        for (var redirects = 0; ;)
        {
            // Only the registry gets to see who asks; what it hands out elsewhere has its own proof in the address.
            var isHome = SameOrigin(uri, root);
            _context.Log(request.From > 0 ? $"{request.Method} {Shown(uri)} from byte {request.From}" : $"{request.Method} {Shown(uri)}");
            using var message = request.ToMessage(uri, isHome ? authorization : null);
            var response = _context.Pool.Send(message, request.Patience ?? _context.Limits.Answer, cancellation);
            try
            {
                if (response.StatusCode == HttpStatusCode.Unauthorized && isHome)
                {
                    authorization = AnswerChallenge(request, response, authorization, challenged++, cancellation);
                    response.Dispose();
                    continue;
                }

                if (request.Body is not null || !IsRedirect(response)) return response;
                if (++redirects > MaxRedirects) throw new RegistryException(_endpoint.CredentialDomain, $"The registry '{Display}' leads from one address to the next more than {MaxRedirects} times, the last one '{Shown(uri)}'.");
                uri = Redirect(uri, response);
                response.Dispose();
            }
            catch
            {
                response.Dispose();
                throw;
            }
        }
    }

    private AuthenticationHeaderValue AnswerChallenge(RegistryRequest request, HttpResponseMessage response, AuthenticationHeaderValue? refused, int count, CancellationToken cancellation)
    {
        var challenge = Challenge.Choose(response.Headers.WwwAuthenticate);
        // Twice: the first token may have ended, or have been given for less than is asked now.
        var answer = challenge is null || count >= 2 ? null : _authorizer.Answer(challenge, request.Scope, refused, cancellation);
        if (answer is not null && !(count > 0 && answer.Equals(refused))) return answer;
        var (_, said) = ReadError(response, cancellation);
        var why = refused is null
            ? $"wants to know who asks. Connect first: Connect-ImageRegistry {_endpoint.CredentialDomain} -Credential (Get-Credential)"
            : "does not accept the name and password, or the account may not do this";
        throw new RegistryAccessException(_endpoint.CredentialDomain, $"The registry '{Display}' {why}.{said}");
    }

    private Uri Redirect(Uri from, HttpResponseMessage response)
    {
        if (response.Headers.Location is not { } location) throw new RegistryException(_endpoint.CredentialDomain, $"The registry '{Display}' answered {(int)response.StatusCode} and said not where to go.");
        var to = location.IsAbsoluteUri ? location : new Uri(from, location);
        if (to.Scheme is not ("http" or "https") || to.UserInfo.Length > 0) throw new RegistryException(_endpoint.CredentialDomain, $"The registry '{Display}' leads to '{Shown(to)}', which is no web address.");
        if (from.Scheme == "https" && to.Scheme == "http" && !_context.Pool.MayBePlain(to.Authority))
            throw new RegistryException(_endpoint.CredentialDomain, $"The registry '{Display}' leads from TLS to '{Shown(to)}', which has none. If that is meant, allow it with: Set-ContainerEngine -InsecureRegistry {to.Authority}");
        return to;
    }

    /// <summary>How this registry is spoken to: with TLS, and without it only where the settings allow that and TLS does not work.</summary>
    private Uri Root(CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (_root is not null) return _root;
            if (_endpoint.Scheme is { } scheme) return _root = Make(scheme);
            var secure = Make("https");
            if (!_context.Pool.MayBePlain(_endpoint.Authority)) return _root = secure;
            try
            {
                using var probe = new HttpRequestMessage(HttpMethod.Get, new Uri(secure, "v2/"));
                using var response = _context.Pool.Send(probe, _context.Limits.Answer, cancellation);
                return _root = secure;
            }
            catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.SecureConnectionError or HttpRequestError.ConnectionError)
            {
                _context.Log($"{_endpoint.Authority} does not speak TLS; it is allowed to do without");
                return _root = Make("http");
            }
        }
    }

    private Uri Make(string scheme) => Uri.TryCreate($"{scheme}://{_endpoint.Authority}{_endpoint.Prefix}/", UriKind.Absolute, out var uri)
        ? uri
        : throw new RegistryUnreachableException(_endpoint.CredentialDomain, $"'{_endpoint.Authority}' is not the address of a registry.");

    private static bool IsRedirect(HttpResponseMessage response) => (int)response.StatusCode is 301 or 302 or 303 or 307 or 308;

    private static bool SameOrigin(Uri a, Uri b) => a.Scheme == b.Scheme && a.Port == b.Port && a.IdnHost.Equals(b.IdnHost, StringComparison.OrdinalIgnoreCase);

    // Addresses of storage carry a signature in their query, which is as good as a password.
    private static string Shown(Uri uri) => uri.Query.Length > 80 ? uri.GetLeftPart(UriPartial.Path) + "?…" : uri.ToString();
}
