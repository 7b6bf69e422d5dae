using System.Net;

namespace ContainerPS.Engine.Registries;

/// <summary>One HTTP client for each host, with that host's certificates; redirects, cookies and decoding are left to none of them.</summary>
internal sealed class HttpPool(RegistrySettings settings, IReadOnlyList<string> certificateFolders, TransferLimits limits) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (HttpClient Client, HostCertificates Certificates)> _clients = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>True when the host may be spoken to without TLS: the settings say so, or it is this machine and nobody has given a certificate for it.</summary>
    internal bool MayBePlain(string authority) =>
        settings.IsInsecure(authority) || (RegistryAddress.IsLoopback(authority) && !Of(authority).Certificates.HasAuthorities);

    /// <summary>Sends one request, and gives the answer when its head is there.</summary>
    internal HttpResponseMessage Send(HttpRequestMessage request, TimeSpan patience, CancellationToken cancellation)
    {
        var uri = request.RequestUri!;
        using var impatience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        impatience.CancelAfter(patience);
        try
        {
            return Of(uri.Authority).Client.Send(request, HttpCompletionOption.ResponseHeadersRead, impatience.Token);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new HttpRequestException(HttpRequestError.ResponseEnded, $"it did not answer within {patience.TotalSeconds:0.#} seconds", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var (client, certificates) in _clients.Values)
            {
                client.Dispose();
                certificates.Dispose();
            }

            _clients.Clear();
        }
    }

    private (HttpClient Client, HostCertificates Certificates) Of(string authority)
    {
        lock (_gate)
        {
            if (_clients.TryGetValue(authority, out var known)) return known;
            var certificates = HostCertificates.Read(certificateFolders, authority);
            var verify = !settings.IsInsecure(authority) && !(RegistryAddress.IsLoopback(authority) && !certificates.HasAuthorities);
            var handler = new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                AutomaticDecompression = DecompressionMethods.None,
                ConnectTimeout = limits.Connect,
                MaxResponseHeadersLength = 64,
                Proxy = new EnvironmentProxy(),
                UseProxy = true,
                SslOptions = certificates.ToOptions(verify),
                // An answer that is given up is closed, not read to its end.
                MaxResponseDrainSize = 0,
                ActivityHeadersPropagator = null,
            };
            var client = new HttpClient(handler, disposeHandler: true)
            {
                Timeout = Timeout.InfiniteTimeSpan,
                DefaultRequestVersion = HttpVersion.Version11,
                DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            };
            client.DefaultRequestHeaders.UserAgent.ParseAdd($"ContainerPS/{typeof(HttpPool).Assembly.GetName().Version!.ToString(3)}");
            return _clients[authority] = (client, certificates);
        }
    }
}
