using System.Net;
using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Registries;

/// <summary>Manifests and indexes.</summary>
internal sealed partial class RegistryClient
{
    private static readonly string[] s_manifestTypes = [MediaTypes.OciIndex, MediaTypes.DockerManifestList, MediaTypes.OciManifest, MediaTypes.DockerManifest];

    /// <summary>A manifest or index.</summary>
    /// <param name="reference">Tag, or digest; by digest, its content is verified.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <exception cref="RegistryNotFoundException">There is none.</exception>
    internal ManifestAnswer GetManifest(string reference, CancellationToken cancellation)
    {
        var request = new RegistryRequest { Method = HttpMethod.Get, Target = $"{_repository}/manifests/{reference}", Scope = PullScope, Accept = s_manifestTypes };
        var what = $"image '{_repository}{(reference.Contains(':') ? "@" : ":")}{reference}'";
        var (content, mediaType) = GetDocument(request, what, ContentStore.MaxManifest, cancellation, response =>
        {
            // A registry that says what it has is held to it also when it was asked by tag.
            if (response.Headers.TryGetValues("Docker-Content-Digest", out var values) && Digest.TryParse(values.First(), out var said)) return said;
            return null;
        });
        var digest = Digest.Of(content);
        if (reference.StartsWith(Digest.Prefix, StringComparison.Ordinal) && digest.ToString() != reference)
            throw new InvalidContentException($"The registry '{Display}' gave for {what} a document with the digest '{digest}'.", reference);
        return new ManifestAnswer(content, digest, mediaType);
    }

    /// <summary>A config.</summary>
    internal byte[] GetConfig(Digest digest, CancellationToken cancellation)
    {
        var request = new RegistryRequest { Method = HttpMethod.Get, Target = $"{_repository}/blobs/{digest}", Scope = PullScope };
        var (content, _) = GetDocument(request, $"config '{digest}'", ContentStore.MaxConfig, cancellation, _ => digest);
        return content;
    }

    private (byte[] Content, string? MediaType) GetDocument(RegistryRequest request, string what, int limit, CancellationToken cancellation, Func<HttpResponseMessage, Digest?> expected)
    {
        for (var attempt = 0; ; attempt++)
        {
            using var response = Send(request, cancellation);
            if (response.StatusCode != HttpStatusCode.OK) throw Failed(response, what, cancellation);
            if (response.Content.Headers.ContentLength is { } length && length > limit) throw new InvalidContentException($"The {what} at '{Display}' has {length} bytes, and no such document has more than {limit >> 20} MiB.", what);
            try
            {
                using var body = new AnswerStream(response, _context.Limits, cancellation, _context.Limits.Document);
                var content = ContentStore.ReadLimited(body, limit, what);
                if (expected(response) is { } digest && Digest.Of(content) != digest)
                    throw new InvalidContentException($"The {what} from '{Display}' has the digest '{Digest.Of(content)}', and should have '{digest}': it is damaged or forged.", digest.ToString());
                return (content, response.Content.Headers.ContentType?.MediaType);
            }
            catch (BrokenTransferException e)
            {
                if (attempt + 1 >= _context.Limits.Attempts) throw new RegistryUnreachableException(_endpoint.CredentialDomain, $"The registry '{Display}' did not deliver the {what}: {e.Message}.", e);
                RetryWait.Wait(RetryWait.Before(attempt, null, _context.Limits)!.Value, cancellation);
            }
        }
    }
}

/// <summary>A manifest or index as a registry has it.</summary>
/// <param name="Content">Its bytes.</param>
/// <param name="Digest">Their digest.</param>
/// <param name="MediaType">What the registry calls it.</param>
internal sealed record ManifestAnswer(byte[] Content, Digest Digest, string? MediaType);
