using System.Net;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Images;

/// <summary>An archive that is read from a web server while it comes; a server that says nothing for a minute is given up.</summary>
internal sealed class RemoteArchive : ReadStream
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private readonly Uri _address;
    private readonly HttpClient _client;
    private readonly HttpResponseMessage _response;
    private readonly Stream _body;
    private readonly CancellationToken _cancellation;
    private readonly byte[] _buffer = new byte[256 * 1024];
    private int _start;
    private int _end;

    private RemoteArchive(Uri address, HttpClient client, HttpResponseMessage response, CancellationToken cancellation)
    {
        (_address, _client, _response, _cancellation) = (address, client, response, cancellation);
        _body = response.Content.ReadAsStream(cancellation);
    }

    /// <summary>How long it is, when the server says so.</summary>
    internal long? Total => _response.Content.Headers.ContentLength;

    /// <summary>Asks for the archive. Proxies are those of the usual environment variables.</summary>
    /// <exception cref="ContainerEngineException">The server cannot be reached, or does not give it.</exception>
    internal static RemoteArchive Open(Uri address, CancellationToken cancellation)
    {
        if (address.Scheme is not ("http" or "https")) throw new InvalidSettingException("Path", address, $"'{address}' cannot be imported: an address begins with http:// or https://.");
        var client = new HttpClient(new SocketsHttpHandler { MaxAutomaticRedirections = 10, ConnectTimeout = s_patience, UseCookies = false }) { Timeout = s_patience };
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            var response = client.Send(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            if (response.StatusCode == HttpStatusCode.OK) return new RemoteArchive(address, client, response, cancellation);
            using (response) throw Failed(address, $"the server answered {(int)response.StatusCode} {response.ReasonPhrase}".TrimEnd());
        }
        catch (Exception e)
        {
            client.Dispose();
            cancellation.ThrowIfCancellationRequested();
            if (e is HttpRequestException) throw Failed(address, e.Message, e);
            if (e is OperationCanceledException) throw Failed(address, $"the server did not answer within {s_patience.TotalSeconds:0} seconds", e);
            throw;
        }
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (_start == _end)
        {
            _start = 0;
            _end = Fill();
        }

        var count = Math.Min(buffer.Length, _end - _start);
        _buffer.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _body.Dispose();
            _response.Dispose();
            _client.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Fill()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_cancellation);
        patience.CancelAfter(s_patience);
        try
        {
            return _body.ReadAsync(_buffer, patience.Token).AsTask().GetAwaiter().GetResult();
        }
        catch (OperationCanceledException e) when (!_cancellation.IsCancellationRequested)
        {
            throw Failed(_address, $"nothing came for {s_patience.TotalSeconds:0} seconds", e);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw Failed(_address, $"the transfer broke off: {e.Message}", e);
        }
    }

    private static ContainerEngineException Failed(Uri address, string what, Exception? inner = null) =>
        new("DownloadFailed", ErrorKind.Failed, $"'{address}' cannot be imported: {what}", address, inner);
}
