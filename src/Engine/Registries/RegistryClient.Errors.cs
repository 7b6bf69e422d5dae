using System.Net;
using System.Text.Json;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Registries;

/// <summary>What goes wrong with a registry, in words.</summary>
internal sealed partial class RegistryClient
{
    private const int MaxError = 64 << 10;

    /// <summary>The error that an answer means.</summary>
    private RegistryException Failed(HttpResponseMessage response, string what, CancellationToken cancellation)
    {
        var (codes, said) = ReadError(response, cancellation);
        var status = (int)response.StatusCode;
        return response.StatusCode switch
        {
            HttpStatusCode.NotFound => new RegistryNotFoundException(_endpoint.CredentialDomain, $"The registry '{Display}' has no {what}.{said}"),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new RegistryAccessException(_endpoint.CredentialDomain, $"The registry '{Display}' does not allow this for {what} ({status}).{said} If an account may do it, connect with Connect-ImageRegistry."),
            HttpStatusCode.TooManyRequests => new RegistryException(_endpoint.CredentialDomain, $"The registry '{Display}' takes no more requests for now ({status}).{said} Try again later, or connect with an account that may ask more.", null, "RegistryLimit", ErrorKind.ResourceExhausted),
            _ => new RegistryException(_endpoint.CredentialDomain, $"The registry '{Display}' answered {status}{(codes.Length > 0 ? $" ({codes})" : "")} for {what}.{said}"),
        };
    }

    private RegistryUnreachableException Unreachable(HttpRequestException e)
    {
        var advice = e.HttpRequestError == HttpRequestError.SecureConnectionError && !_endpoint.IsMirror
            ? $" If it is a registry without TLS, or its certificate is its own, allow that with: Set-ContainerEngine -InsecureRegistry {_endpoint.Authority}"
              + $" – or put the authority of its certificate at certs.d/{_endpoint.Authority}/ca.crt beside the engine's settings."
            : "";
        return new RegistryUnreachableException(_endpoint.CredentialDomain, $"The registry '{Display}' cannot be reached: {Reason(e)}.{advice}", e);
    }

    private static string Reason(Exception e)
    {
        if (e is HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError }) return "its name is not known";
        var deepest = e;
        while (deepest.InnerException is { } inner && deepest is not OperationCanceledException) deepest = inner;
        return (deepest is OperationCanceledException ? e : deepest).Message.TrimEnd('.');
    }

    // What strangers say is shown shortened and without control characters, in which terminals see orders.
    private (string Codes, string Said) ReadError(HttpResponseMessage response, CancellationToken cancellation)
    {
        try
        {
            if (response.Content.Headers.ContentType?.MediaType is not "application/json") return ("", "");
            using var body = new AnswerStream(response, _context.Limits, cancellation, _context.Limits.Document);
            var answer = JsonSerializer.Deserialize(ContentStore.ReadLimited(body, MaxError, "error"), RegistryJson.Default.ErrorAnswer);
            var items = answer?.Errors?.Where(item => item is not null).Take(4).ToList() ?? [];
            var said = string.Join("; ", items.Select(item => Clean(item.Message)).Where(text => text.Length > 0));
            return (string.Join(", ", items.Select(item => Clean(item.Code))), said.Length > 0 ? $" It says: {said}." : "");
        }
        catch (Exception e) when (e is JsonException or BrokenTransferException or InvalidContentException)
        {
            return ("", "");
        }
    }

    private static string Clean(string? text)
    {
        text = new string([.. (text ?? "").Where(c => !char.IsControl(c)).Take(200)]);
        return text.TrimEnd('.', ' ');
    }
}
