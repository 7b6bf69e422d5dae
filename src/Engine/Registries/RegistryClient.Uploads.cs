using System.Net;
using System.Net.Http.Headers;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Registries;

/// <summary>Blobs and manifests, written.</summary>
internal sealed partial class RegistryClient
{
    /// <summary>Asks the registry to take a blob over from another of its repositories; false when it wants the bytes, which may then go to <paramref name="upload"/>.</summary>
    internal bool TryMount(Digest digest, string from, out Uri? upload, CancellationToken cancellation)
    {
        var request = new RegistryRequest
        {
            Method = HttpMethod.Post,
            Target = $"{_repository}/blobs/uploads/?mount={digest}&from={Uri.EscapeDataString(from)}",
            Scope = $"{PushScope} repository:{from}:pull",
            Body = Empty,
            Repeatable = true,
        };
        upload = null;
        using var response = Send(request, cancellation);
        if (response.StatusCode == HttpStatusCode.Created) return true;
        if (response.StatusCode == HttpStatusCode.Accepted) upload = LocationOf(response);
        return false;
    }

    /// <summary>Sends a blob: in one piece, or, when it is long, in several. One that breaks is begun anew.</summary>
    /// <param name="digest">The blob.</param>
    /// <param name="size">Its size.</param>
    /// <param name="open">Opens its bytes from one on.</param>
    /// <param name="upload">Where, when the registry has said so already.</param>
    /// <param name="progress">Told the bytes that are sent.</param>
    /// <param name="cancellation">Stops sending.</param>
    internal void Upload(Digest digest, long size, Func<long, Stream> open, Uri? upload, Action<long>? progress, CancellationToken cancellation)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                upload ??= Begin(digest, cancellation);
                if (size > _context.Limits.Monolithic) UploadPieces(digest, size, open, upload, progress, cancellation);
                else Put(digest, upload, () => new BlobContent(() => open(0), size, sent => progress?.Invoke(sent), cancellation), cancellation);
                return;
            }
            catch (RegistryException e) when ((e is RegistryUnreachableException or UploadLostException) && attempt + 1 < _context.Limits.Attempts && !cancellation.IsCancellationRequested)
            {
                _context.Log($"uploading '{digest}' anew: {e.Message}");
                upload = null;
                RetryWait.Wait(RetryWait.Before(attempt, null, _context.Limits)!.Value, cancellation);
            }
        }
    }

    /// <summary>Sends a manifest or index, byte for byte.</summary>
    internal void PutManifest(string reference, byte[] content, string mediaType, CancellationToken cancellation)
    {
        var request = new RegistryRequest
        {
            Method = HttpMethod.Put,
            Target = $"{_repository}/manifests/{reference}",
            Scope = PushScope,
            Body = () => new ByteArrayContent(content) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } },
        };
        using var response = Send(request, cancellation);
        if (response.StatusCode is not (HttpStatusCode.Created or HttpStatusCode.OK or HttpStatusCode.Accepted)) throw Failed(response, $"image '{_repository}:{reference}'", cancellation);
        if (response.Headers.TryGetValues("Docker-Content-Digest", out var values) && Digest.TryParse(values.First(), out var said) && said != Digest.Of(content))
            throw new RegistryException(_endpoint.CredentialDomain, $"The registry '{Display}' has taken the manifest '{Digest.Of(content)}' and calls it '{said}'.");
    }

    private Uri Begin(Digest digest, CancellationToken cancellation)
    {
        using var response = Send(new RegistryRequest { Method = HttpMethod.Post, Target = $"{_repository}/blobs/uploads/", Scope = PushScope, Body = Empty }, cancellation);
        return response.StatusCode == HttpStatusCode.Accepted ? LocationOf(response) : throw Failed(response, $"upload of blob '{digest}' to '{_repository}'", cancellation);
    }

    private void UploadPieces(Digest digest, long size, Func<long, Stream> open, Uri upload, Action<long>? progress, CancellationToken cancellation)
    {
        long sent = 0;
        while (sent < size)
        {
            var (from, length) = (sent, Math.Min(_context.Limits.UploadChunk, size - sent));
            using var response = Send(
                new RegistryRequest
                {
                    Method = HttpMethod.Patch,
                    Target = upload.AbsoluteUri,
                    Scope = PushScope,
                    Repeatable = false,
                    Patience = Timeout.InfiniteTimeSpan,
                    Body = () => Piece(from, length),
                },
                cancellation);
            if (response.StatusCode is HttpStatusCode.RequestedRangeNotSatisfiable or HttpStatusCode.NotFound || RetryWait.IsPassing(response.StatusCode)) throw new UploadLostException($"the registry '{Display}' has lost the upload ({(int)response.StatusCode})");
            if (response.StatusCode is not (HttpStatusCode.Accepted or HttpStatusCode.NoContent or HttpStatusCode.Created)) throw Failed(response, $"upload of blob '{digest}' to '{_repository}'", cancellation);
            upload = LocationOf(response);
            sent += length;
        }

        Put(digest, upload, Empty, cancellation);

        HttpContent Piece(long from, long length)
        {
            var content = new BlobContent(() => open(from), length, done => progress?.Invoke(from + done), cancellation);
            content.Headers.TryAddWithoutValidation("Content-Range", $"{from}-{from + length - 1}");
            return content;
        }
    }

    private void Put(Digest digest, Uri upload, Func<HttpContent> body, CancellationToken cancellation)
    {
        var address = new UriBuilder(upload);
        address.Query = (address.Query.Length > 1 ? address.Query[1..] + "&" : "") + "digest=" + Uri.EscapeDataString(digest.ToString());
        using var response = Send(
            new RegistryRequest { Method = HttpMethod.Put, Target = address.Uri.AbsoluteUri, Scope = PushScope, Repeatable = false, Patience = Timeout.InfiniteTimeSpan, Body = body },
            cancellation);
        if (RetryWait.IsPassing(response.StatusCode) || response.StatusCode == HttpStatusCode.NotFound) throw new UploadLostException($"the registry '{Display}' has lost the upload ({(int)response.StatusCode})");
        if (response.StatusCode is not (HttpStatusCode.Created or HttpStatusCode.NoContent or HttpStatusCode.OK)) throw Failed(response, $"blob '{digest}' in '{_repository}'", cancellation);
    }

    // Blobs are sent where the registry says; what proves who sends them goes only to the registry itself.
    private Uri LocationOf(HttpResponseMessage response)
    {
        var location = response.Headers.Location ?? throw new RegistryException(_endpoint.CredentialDomain, $"The registry '{Display}' accepts an upload and does not say where.");
        var uri = location.IsAbsoluteUri ? location : new Uri(response.RequestMessage!.RequestUri!, location);
        if (uri.Scheme == "http" && !_context.Pool.MayBePlain(uri.Authority)) throw new RegistryException(_endpoint.CredentialDomain, $"The registry '{Display}' wants the upload at '{Shown(uri)}', without TLS.");
        return uri;
    }

    private static HttpContent Empty() => new ByteArrayContent([]);
}

/// <summary>An upload has to be begun anew.</summary>
internal sealed class UploadLostException(string message) : RegistryException("", message);
