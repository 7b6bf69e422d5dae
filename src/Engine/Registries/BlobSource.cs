using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Registries;

/// <summary>The places where an image's parts are had: mirrors first, then the registry itself. Who fails is left out from then on.</summary>
internal sealed class BlobSource
{
    private readonly IReadOnlyList<RegistryClient> _clients;
    private readonly RegistryContext _context;
    private volatile int _first;

    private BlobSource(RegistryContext context, IReadOnlyList<RegistryClient> clients) => (_context, _clients) = (context, clients);

    /// <summary>Opens a repository for reading.</summary>
    internal static BlobSource Open(RegistryContext context, ImageReference image) =>
        new(context, [.. context.Settings.EndpointsToRead(new RegistryAddress(image.Domain)).Select(endpoint => new RegistryClient(context, endpoint, image.Path))]);

    /// <summary>How long and how often the network is tried.</summary>
    internal TransferLimits Limits => _context.Limits;

    /// <summary>A manifest or index.</summary>
    internal ManifestAnswer GetManifest(string reference, CancellationToken cancellation) => Try(client => client.GetManifest(reference, cancellation), remember: true);

    /// <summary>A config.</summary>
    internal byte[] GetConfig(Digest digest, CancellationToken cancellation) => Try(client => client.GetConfig(digest, cancellation), remember: false);

    /// <summary>A blob from a byte on; from the addresses of its publisher when no registry has it.</summary>
    internal Stream OpenBlob(Digest digest, IReadOnlyList<string> urls, long from, out long start, CancellationToken cancellation)
    {
        long begins = 0;
        Stream stream;
        try
        {
            stream = Try(client => client.OpenBlob(digest, from, out begins, cancellation), remember: false);
        }
        catch (RegistryException) when (urls.Count > 0)
        {
            stream = OpenForeign(digest, urls, from, out begins, cancellation);
        }

        start = begins;
        return stream;
    }

    private Stream OpenForeign(Digest digest, IReadOnlyList<string> urls, long from, out long start, CancellationToken cancellation)
    {
        for (var i = 0; ; i++)
        {
            if (!Uri.TryCreate(urls[i], UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.UserInfo.Length > 0)
                throw new InvalidContentException($"The manifest says the layer '{digest}' is at '{urls[i]}', which is no web address.", digest.ToString());
            // A client of its own, for that host: it knows no credentials.
            var host = new RegistryAddress(address.Authority);
            var client = new RegistryClient(_context, new RegistryEndpoint(host, address.Authority, address.Scheme, "", IsMirror: false), "", new RegistryCredential("", ""));
            try
            {
                return client.OpenForeign(address, digest, from, out start, cancellation);
            }
            catch (RegistryException) when (i + 1 < urls.Count)
            {
                // The next of its addresses may have it.
            }
        }
    }

    private T Try<T>(Func<RegistryClient, T> action, bool remember)
    {
        for (var i = _first; ; i++)
        {
            try
            {
                var result = action(_clients[i]);
                if (remember) _first = i;
                return result;
            }
            catch (Exception e) when (i + 1 < _clients.Count && (e is RegistryException or InvalidContentException))
            {
                _context.Log($"{_clients[i].Display} cannot serve it, going on with {_clients[i + 1].Display}: {e.Message}");
            }
        }
    }
}
