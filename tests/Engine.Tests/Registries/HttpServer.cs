using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ContainerPS.Engine.Tests.Registries;

/// <summary>A small HTTP server that does what a test tells it, right or wrong.</summary>
internal sealed class HttpServer : IDisposable
{
    private readonly TcpListener _listener;
    private readonly X509Certificate2? _certificate;
    private readonly Func<HttpServerRequest, HttpServerAnswer> _handler;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<HttpServerRequest> _requests = [];

    internal HttpServer(Func<HttpServerRequest, HttpServerAnswer> handler, X509Certificate2? certificate = null, IPAddress? address = null)
    {
        (_handler, _certificate) = (handler, certificate);
        _listener = new TcpListener(address ?? IPAddress.Loopback, 0);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        new Thread(Accept) { IsBackground = true }.Start();
    }

    internal int Port { get; }

    internal string Authority => $"127.0.0.1:{Port}";

    /// <summary>Thumbprint of the only certificate with which a client is let in; null lets all in.</summary>
    internal string? WantsCertificateOf { get; set; }

    /// <summary>All requests so far.</summary>
    internal IReadOnlyList<HttpServerRequest> Requests
    {
        get
        {
            lock (_requests) return [.. _requests];
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Stop();
        _listener.Dispose();
    }

    private void Accept()
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                var client = _listener.AcceptTcpClient();
                new Thread(() => Serve(client)) { IsBackground = true }.Start();
            }
        }
        catch (Exception e) when (e is SocketException or InvalidOperationException)
        {
            // Stopped, perhaps just before it accepts.
        }
    }

    private void Serve(TcpClient client)
    {
        try
        {
            using (client)
            using (var stream = Open(client))
            {
                // The first byte of a TLS greeting is no letter; as servers of plain HTTP do, hang up.
                while (Read(stream) is { } request)
                {
                    lock (_requests) _requests.Add(request);
                    var answer = _handler(request);
                    if (!answer.Write(stream, request.Method == "HEAD", _stop.Token)) return;
                }
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
        {
            // The client has gone, as tests make clients do.
        }
    }

    private Stream Open(TcpClient client)
    {
        if (_certificate is null) return new BufferedStream(client.GetStream(), 64 * 1024);
        var tls = new SslStream(client.GetStream());
        tls.AuthenticateAsServer(new SslServerAuthenticationOptions
        {
            ServerCertificate = _certificate,
            ClientCertificateRequired = WantsCertificateOf is not null,
            RemoteCertificateValidationCallback = (_, shown, _, _) => WantsCertificateOf is null || shown?.GetCertHashString() == WantsCertificateOf,
        });
        return tls;
    }

    private static HttpServerRequest? Read(Stream stream)
    {
        var lines = new List<string>();
        while (ReadLine(stream) is { } line)
        {
            if (line.Length == 0) break;
            lines.Add(line);
        }

        if (lines.Count == 0 || lines[0].Split(' ') is not { Length: 3 } first) return null;
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines.Skip(1))
            if (line.IndexOf(':') is var colon and > 0) headers[line[..colon]] = line[(colon + 1)..].Trim();
        var body = new byte[headers.TryGetValue("Content-Length", out var length) ? int.Parse(length, null) : 0];
        stream.ReadExactly(body);
        return new HttpServerRequest(first[0], first[1], headers, body);
    }

    private static string? ReadLine(Stream stream)
    {
        var line = new StringBuilder();
        int value;
        while ((value = stream.ReadByte()) >= 0)
        {
            if (line.Length == 0 && value is 0x16) return null;
            if (value == '\n') return line.ToString().TrimEnd('\r');
            line.Append((char)value);
        }

        return null;
    }
}

internal sealed record HttpServerRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    internal string Path => Target.Split('?')[0];

    internal string Query => Target.IndexOf('?') is var mark and >= 0 ? Target[(mark + 1)..] : "";

    internal string? Authorization => Headers.GetValueOrDefault("Authorization");

    internal long? RangeStart => Headers.TryGetValue("Range", out var range) ? long.Parse(range["bytes=".Length..].TrimEnd('-'), null) : null;
}

/// <summary>An answer.</summary>
internal sealed class HttpServerAnswer
{
    internal int Status { get; init; } = 200;

    internal List<(string Name, string Value)> Headers { get; } = [];

    internal byte[] Body { get; init; } = [];

    /// <summary>What the head says of the length; null says nothing, and the body ends with the connection.</summary>
    internal long? Length { get; init; } = -1;

    /// <summary>So many bytes of the body are sent, then the connection is closed.</summary>
    internal int? CutAt { get; init; }

    /// <summary>Writes a body of its own.</summary>
    internal Action<Stream, CancellationToken>? Custom { get; init; }

    internal HttpServerAnswer With(string name, string value)
    {
        Headers.Add((name, value));
        return this;
    }

    /// <summary>Writes the answer; false when the connection is over.</summary>
    internal bool Write(Stream stream, bool headOnly, CancellationToken stop)
    {
        var head = new StringBuilder($"HTTP/1.1 {Status} Status\r\n");
        foreach (var (name, value) in Headers) head.Append(null, $"{name}: {value}\r\n");
        var length = Length == -1 ? Body.Length : Length;
        if (length is not null) head.Append(null, $"Content-Length: {length}\r\n");
        stream.Write(Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()));
        if (!headOnly)
        {
            if (Custom is not null) Custom(stream, stop);
            else stream.Write(Body, 0, CutAt ?? Body.Length);
        }

        stream.Flush();
        return length is not null && CutAt is null && Custom is null;
    }
}
