using System.Net;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Registries;

/// <summary>Blobs, read.</summary>
internal sealed partial class RegistryClient
{
    /// <summary>The body of a blob from a byte on.</summary>
    /// <param name="digest">The blob.</param>
    /// <param name="from">First byte that is wanted; a registry that cannot begin there begins at the first.</param>
    /// <param name="start">The byte with which the answer begins.</param>
    /// <param name="cancellation">Ends also the reading of the answer.</param>
    internal Stream OpenBlob(Digest digest, long from, out long start, CancellationToken cancellation) =>
        Open(new RegistryRequest { Method = HttpMethod.Get, Target = $"{_repository}/blobs/{digest}", Scope = PullScope, From = from }, digest, out start, cancellation);

    /// <summary>The body of a blob from another address, which is told nothing of who asks.</summary>
    internal Stream OpenForeign(Uri address, Digest digest, long from, out long start, CancellationToken cancellation)
    {
        if (address.Scheme == "http" && !_context.Pool.MayBePlain(address.Authority))
            throw new RegistryException(address.Authority, $"The layer '{digest}' is kept by its publisher at '{address}', without TLS. If that is meant, allow it with: Set-ContainerEngine -InsecureRegistry {address.Authority}");
        return Open(new RegistryRequest { Method = HttpMethod.Get, Target = address.AbsoluteUri, Scope = "", From = from }, digest, out start, cancellation);
    }

    /// <summary>The size of a blob, or null when the repository does not have it.</summary>
    internal bool HasBlob(Digest digest, CancellationToken cancellation)
    {
        using var response = Send(new RegistryRequest { Method = HttpMethod.Head, Target = $"{_repository}/blobs/{digest}", Scope = PushScope }, cancellation);
        return response.StatusCode switch
        {
            HttpStatusCode.OK => true,
            HttpStatusCode.NotFound => false,
            _ => throw Failed(response, $"blob '{digest}' of '{_repository}'", cancellation),
        };
    }

    private AnswerStream Open(RegistryRequest request, Digest digest, out long start, CancellationToken cancellation)
    {
        var response = Send(request, cancellation);
        try
        {
            if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && request.From > 0)
            {
                response.Dispose();
                response = Send(request with { From = 0 }, cancellation);
            }

            start = response.StatusCode switch
            {
                HttpStatusCode.OK => 0,
                HttpStatusCode.PartialContent when response.Content.Headers.ContentRange?.From == request.From => request.From,
                HttpStatusCode.PartialContent => throw new RegistryException(_endpoint.CredentialDomain, $"The registry '{Display}' gave another part of blob '{digest}' than was asked for."),
                _ => throw Failed(response, $"blob '{digest}'", cancellation),
            };
            return new AnswerStream(response, _context.Limits, cancellation);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }
}
