using System.Net.Sockets;
using System.Text;
using ContainerPS.Engine.Containers;
using ContainerPS.Engine.Runtime;

namespace ContainerPS.Engine.Tests.Containers;

public sealed class JournalLogTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"journal-{Guid.NewGuid():n}.sock");
    private readonly Socket _journal = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

    public JournalLogTests() => _journal.Bind(new UnixDomainSocketEndPoint(_path));

    public void Dispose()
    {
        _journal.Dispose();
        File.Delete(_path);
    }

    [Fact]
    public void Lines_go_to_the_journal_with_Dockers_fields()
    {
        using (var log = Log())
        {
            log.Write(OutputStream.Stdout, "he"u8);
            log.Write(OutputStream.Stderr, "bad\n"u8);
            log.Write(OutputStream.Stdout, "llo\nrest"u8);
            log.Complete();
        }

        Assert.Equal(("bad", "3"), Receive());
        Assert.Equal(("hello", "6"), Receive());
        Assert.Equal(("rest", "6"), Receive());
    }

    [Fact]
    public void A_long_line_comes_in_parts()
    {
        using (var log = Log()) log.Write(OutputStream.Stdout, Encoding.ASCII.GetBytes(new string('x', 20_000) + "\n"));
        Assert.Equal(16 * 1024, Receive().Message.Length);
        Assert.Equal(20_000 - (16 * 1024), Receive().Message.Length);
    }

    [Fact]
    public void A_journal_that_does_not_read_is_not_waited_for()
    {
        using var log = Log();
        for (var i = 0; i < 5000; i++) log.Write(OutputStream.Stdout, "some line of text\n"u8);
        Assert.True(log.Lost > 0);
    }

    private JournalLog Log() => new(UnixSocket.ConnectDatagrams(_path), new ContainerRecord
    {
        Id = new string('a', 64),
        Name = "web",
        Settings = new() { Image = "busybox" },
        ImageId = "",
        Platform = "",
        ImageConfig = new(),
        LayerPaths = [],
    });

    // The fields, and the message behind its length.
    private (string Message, string Priority) Receive()
    {
        var buffer = new byte[64 * 1024];
        var data = buffer.AsSpan(0, _journal.Receive(buffer));
        var mark = "MESSAGE\n"u8;
        var at = data.LastIndexOf(mark);
        var fields = Encoding.UTF8.GetString(data[..at]).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(field => field.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        Assert.Equal("web", fields["CONTAINER_NAME"]);
        Assert.Equal(new string('a', 64), fields["CONTAINER_ID_FULL"]);
        var length = (int)BitConverter.ToUInt64(data[(at + mark.Length)..]);
        Assert.Equal(at + mark.Length + 8 + length + 1, data.Length);
        return (Encoding.UTF8.GetString(data.Slice(at + mark.Length + 8, length)), fields["PRIORITY"]);
    }
}
