using System.Net;
using System.Net.Sockets;
using System.Text;
using ContainerPS.Engine.Images;
using static ContainerPS.Engine.Tests.Images.TestArchives;

namespace ContainerPS.Engine.Tests.Images;

/// <summary>Archives from web servers, good and bad ones.</summary>
public sealed class RemoteImportTests : IDisposable
{
    private readonly TestStore _store = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<string> _requests = [];

    public RemoteImportTests() => _listener.Start();

    public void Dispose()
    {
        _listener.Dispose();
        _store.Dispose();
    }

    [Fact]
    public void An_archive_is_taken_in_while_it_comes()
    {
        var archive = Gzip(Docker(["web:1"], Layer("a"), Layer("b")));
        Serve(_ => Answer("200 OK", archive, archive.Length));
        Assert.Equal("web:1", Assert.Single(Import("/f.tar.gz")).Name);
        Assert.StartsWith("GET /f.tar.gz ", Assert.Single(_requests));
    }

    [Fact]
    public void A_redirect_is_followed()
    {
        var archive = RootFileSystem();
        Serve(request => request.Contains("/moved") ? Answer("200 OK", archive, archive.Length) : Answer($"302 Found\r\nLocation: {Address("/moved")}", [], 0));
        Assert.Equal("root:latest", Assert.Single(Import("/f.tar", "root")).Name);
    }

    [Fact]
    public void A_redirect_that_leads_back_to_itself_ends()
    {
        Serve(_ => Answer($"302 Found\r\nLocation: {Address("/f.tar")}", [], 0));
        Assert.Contains("302", Refused("/f.tar"));
        Assert.InRange(_requests.Count, 2, 12);
    }

    [Fact]
    public void What_is_not_there_or_breaks_off_leaves_nothing()
    {
        var archive = RootFileSystem();
        Serve(request => request.Contains("/short") ? Answer("200 OK", archive[..1000], archive.Length) : Answer("404 Not Found", [], 0));
        Assert.Contains("404 Not Found", Refused("/none.tar"));
        Assert.Contains("broke off", Refused("/short.tar"));
    }

    [Fact]
    public void A_server_that_falls_silent_can_be_given_up()
    {
        Serve(_ => Answer("200 OK", RootFileSystem()[..700], 1 << 20), close: false);
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        Assert.ThrowsAny<OperationCanceledException>(() => _store.Images.Import(new ImportRequest { Url = Address("/f.tar"), Name = "x" }, null, cancellation.Token));
        _store.AssertEmpty();
    }

    [Fact]
    public void Nobody_there_and_no_web_address_are_said()
    {
        // Bound and not listening: nobody else can take the port meanwhile.
        using var nobody = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        nobody.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var address = new Uri($"http://{nobody.LocalEndPoint}/f.tar");
        Assert.Contains(address.ToString(), Assert.Throws<ContainerEngineException>(() => _store.Images.Import(new ImportRequest { Url = address, Name = "x" }, null, CancellationToken.None)).Message);
        Assert.Throws<InvalidSettingException>(() => _store.Images.Import(new ImportRequest { Url = new Uri("file:///etc/passwd"), Name = "x" }, null, CancellationToken.None));
        _store.AssertEmpty();
    }

    private IReadOnlyList<Image> Import(string path, string? name = null) => _store.Images.Import(new ImportRequest { Url = Address(path), Name = name }, null, CancellationToken.None);

    private string Refused(string path)
    {
        var error = Assert.ThrowsAny<ContainerEngineException>(() => Import(path, "x"));
        Assert.Equal("DownloadFailed", error.ErrorId);
        _store.AssertEmpty();
        return error.Message;
    }

    private Uri Address(string path) => new($"http://{_listener.LocalEndpoint}{path}");

    private static byte[] Answer(string status, byte[] body, long length) => [.. Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"), .. body];

    // One connection at a time; each gets one answer. Without closing, the server stays silent until the test is over.
    private void Serve(Func<string, byte[]> answer, bool close = true) => Task.Factory.StartNew(
        () =>
        {
            var open = new List<TcpClient>();
            try
            {
                while (true)
                {
                    var client = _listener.AcceptTcpClient();
                    open.Add(client);
                    var buffer = new byte[16 * 1024];
                    var request = Encoding.ASCII.GetString(buffer, 0, client.GetStream().Read(buffer));
                    _requests.Add(request);
                    client.GetStream().Write(answer(request));
                    if (close) client.Dispose();
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException or InvalidOperationException)
            {
                foreach (var client in open) client.Dispose();
            }
        },
        TaskCreationOptions.LongRunning);
}
