using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ContainerPS.Engine.Containers;

namespace ContainerPS.Engine.Tests.Containers.Watching;

public class KernelTableTests
{
    private const string TcpTable = """
          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
           0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1234 1 0000000000000000 100 0 0 10 0
           1: 0100007F:0050 0100007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 1235 1 0000000000000000 20 4 30 10 -1
           2: 00000000000000000000000000000000:0016 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1236 1 0000000000000000 100 0 0 10 0
           3: 0B00007F:98E7 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1237 1 0000000000000000 100 0 0 10 0
           4: 0B00007F:0035 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1238 1 0000000000000000 100 0 0 10 0
        """;

    [Theory]
    [InlineData(8080, true)]
    [InlineData(22, true)]
    [InlineData(80, false)] // connected, not listening
    [InlineData(8, false)]
    [InlineData(39143, false)] // the name service's
    [InlineData(53, false)]
    [InlineData(8081, false)]
    public void A_port_is_listened_on_when_the_table_says_so(int port, bool expected) => Assert.Equal(expected, ListeningPorts.HasPort(TcpTable, port));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void A_real_listener_is_found(string address)
    {
        using var listener = new TcpListener(IPAddress.Parse(address), 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        Assert.True(ListeningPorts.Has(Environment.ProcessId, port));
        listener.Stop();
        Assert.False(ListeningPorts.Has(Environment.ProcessId, port));
        Assert.False(ListeningPorts.Has(int.MaxValue, port));
    }

    [Fact]
    public void Traffic_is_added_up_without_loopback()
    {
        const string table = """
            Inter-|   Receive                                                |  Transmit
             face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
                lo:  999      99    0    0    0     0          0         0      999      99    0    0    0     0       0          0
              eth0: 1000      10    0    0    0     0          0         0     2000      20    0    0    0     0       0          0
            eth1:12345678901     1    0    0    0     0          0         0        7       1    0    0    0     0       0          0
            """;
        Assert.Equal(new NetworkTraffic(12345679901, 2007), NetworkTraffic.Parse(table));
    }

    [Fact]
    public void A_process_is_described_as_the_kernel_knows_it()
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sleep", ["1000"]))!;
        try
        {
            var described = new ProcessTable("web", new UserDatabase(Encoding.ASCII.GetBytes("root:x:0:0:root:/root:/bin/sh\n"), null)).Describe(process.Id)!;
            Assert.Equal("web", described.Container);
            Assert.Equal(process.Id, described.Pid);
            Assert.Equal(Environment.ProcessId, described.ParentPid);
            Assert.Equal("root", described.User);
            Assert.Equal(0, described.UserId);
            Assert.Equal(1, described.Threads);
            Assert.InRange(described.Memory, 1, 100 << 20);
            Assert.Equal("/bin/sleep 1000", described.Command);
            Assert.InRange(described.StartedAt - process.StartTime, TimeSpan.FromSeconds(-2), TimeSpan.FromSeconds(2));
        }
        finally
        {
            process.Kill();
            process.WaitForExit();
        }
    }

    [Fact]
    public void A_process_that_is_just_executing_its_program_has_its_command_line_and_no_name_in_brackets()
    {
        var table = new ProcessTable("web", new UserDatabase(null, null));
        for (var i = 0; i < 300; i++)
        {
            // .NET's start returns in the middle of execve, when it closes the descriptors that are not inherited.
            using var process = Process.Start(new ProcessStartInfo("/bin/sleep", ["1000"]))!;
            try
            {
                Assert.Equal("/bin/sleep 1000", table.Describe(process.Id)!.Command);
            }
            finally
            {
                process.Kill();
                process.WaitForExit();
            }
        }
    }

    [Fact]
    public void A_process_that_has_ended_is_its_name_in_brackets()
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "sleep 0 & exec sleep 1000"]))!;
        try
        {
            var child = 0;
            TestEngine.Eventually(() => int.TryParse(File.ReadAllText($"/proc/{process.Id}/task/{process.Id}/children").Trim(), out child) && File.ReadAllText($"/proc/{child}/stat").Contains(") Z ", StringComparison.Ordinal), "its child has ended");
            var described = new ProcessTable("web", new UserDatabase(null, null)).Describe(child)!;
            Assert.Equal(("[sleep]", 'Z'), (described.Command, described.State));
        }
        finally
        {
            process.Kill();
            process.WaitForExit();
        }
    }

    [Fact]
    public void A_user_that_the_container_does_not_name_is_a_number_and_a_process_that_is_gone_is_none()
    {
        var table = new ProcessTable("web", new UserDatabase(null, null));
        Assert.Equal("0", table.Describe(Environment.ProcessId)!.User);
        Assert.Null(table.Describe(int.MaxValue));
    }
}
