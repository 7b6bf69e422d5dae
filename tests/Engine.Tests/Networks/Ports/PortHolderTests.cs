using System.Net;
using System.Net.Sockets;
using ContainerPS.Engine.Networks;

namespace ContainerPS.Engine.Tests.Networks;

/// <summary>Who has a port, by tables as a kernel with SCTP writes them, whether or not this one is such.</summary>
public sealed class PortHolderTests : IDisposable
{
    private readonly string _tables = Directory.CreateTempSubdirectory("containerps-tables-").FullName;

    // Which kind of socket it is the tables alone say.
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    public PortHolderTests()
    {
        Directory.CreateDirectory(Path.Combine(_tables, "sctp"));
        var inode = new FileInfo($"/proc/self/fd/{_socket.Handle}").LinkTarget!["socket:[".Length..^1];
        File.WriteAllLines(Path.Combine(_tables, "sctp", "eps"),
        [
            " ENDPT     SOCK   STY SST HBKT LPORT   UID INODE LADDRS",
            $"ffff8880 ffff8881 2   10  29   7001      0 {inode} 127.0.0.1 192.0.2.7 ",
            $"ffff8882 ffff8883 2   10  30   7002      0 {inode} 0000:0000:0000:0000:0000:0000:0000:0000 ",
            "ffff8884 ffff8885 2   10  31   7003      0 0 127.0.0.1 ",
        ]);
    }

    public void Dispose()
    {
        _socket.Dispose();
        Directory.Delete(_tables, recursive: true);
    }

    [Theory]
    [InlineData("192.0.2.7", 7001)]
    [InlineData("0.0.0.0", 7001)]
    [InlineData("::1", 7002)]
    [InlineData("192.0.2.1", 7002)]
    public void The_program_that_has_a_port_of_sctp_is_found(string address, int port) =>
        Assert.Equal((Environment.ProcessId, File.ReadAllText("/proc/self/comm").Trim()), Find("sctp", address, port));

    [Theory]
    [InlineData("192.0.2.8", 7001)]
    [InlineData("127.0.0.1", 7000)]
    [InlineData("127.0.0.1", 7003)]
    public void Nobody_is_found_who_does_not_have_it(string address, int port) => Assert.Null(Find("sctp", address, port));

    [Fact]
    public void A_folder_in_place_of_a_table_names_nobody()
    {
        Directory.CreateDirectory(Path.Combine(_tables, "tcp"));
        Assert.Null(Find("tcp", "127.0.0.1", 7001));
    }

    private (int Pid, string Program)? Find(string protocol, string address, int port) => PortHolder.Find(protocol, IPAddress.Parse(address), port, _tables);
}
