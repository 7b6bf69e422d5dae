using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using ContainerPS.Engine.Linux.Netlink;
using ContainerPS.Engine.Networks;
using ContainerPS.Engine.Tests.Containers;
using ContainerPS.Engine.Tests.Runtime;

namespace ContainerPS.Engine.Tests.Networks;

/// <summary>
/// Shells are killed at points all along connecting and disconnecting a container that runs, monitors all along the start of one on a network: the next command
/// clears away what was left, and all of it can be done again.
/// </summary>
public sealed class NetworkKillTests : IDisposable
{
    private const string Calls = "openat,mkdir,mkdirat,rename,renameat2,unlink,unlinkat,fsync,flock,sendto,recvfrom,setns,write,clone,clone3,wait4,waitid,unlink,accept4,pidfd_send_signal";

    private readonly TestEngine _test = new();
    private readonly string _pool = $"10.{Random.Shared.Next(192, 200)}.{Random.Shared.Next(256)}.0/24";
    private int _port;

    public NetworkKillTests()
    {
        _test.Engine.Networks.Create(new NetworkSettings { Name = "first", Subnets = [_pool.Replace(".0/24", ".0/25", StringComparison.Ordinal)] });
        _test.Engine.Networks.Create(new NetworkSettings { Name = "second", Subnets = [_pool.Replace(".0/24", ".128/25", StringComparison.Ordinal)] });
    }

    public void Dispose() => _test.Dispose();

    [Theory]
    [InlineData("flock", 2), InlineData("flock", 3), InlineData("flock", 4), InlineData("flock", 5), InlineData("flock", 6)]
    [InlineData("sendto", 4), InlineData("sendto", 8), InlineData("sendto", 11), InlineData("sendto", 13), InlineData("sendto", 15), InlineData("sendto", 17), InlineData("sendto", 20)]
    [InlineData("rename", 1), InlineData("rename", 2), InlineData("rename", 3), InlineData("setns", 1)]
    public void A_shell_killed_while_it_connects(string call, int count)
    {
        Start();
        Shell(call, count, "connect");
        var connected = _test.Engine.Containers.Get("one").Networks.Contains("second");
        AssertConsistent();
        if (!connected) _test.Engine.Containers.Connect("one", new NetworkAttachment { Network = "second" });
        AssertConnected("first", "second");
        _test.Engine.Containers.Disconnect("one", "second", force: false);
        AssertConnected("first");
        Gone();
    }

    [Theory]
    [InlineData("flock", 2), InlineData("flock", 3), InlineData("flock", 4), InlineData("sendto", 2), InlineData("sendto", 4), InlineData("sendto", 6), InlineData("sendto", 8)]
    [InlineData("rename", 1), InlineData("rename", 2), InlineData("setns", 1)]
    public void A_shell_killed_while_it_disconnects(string call, int count)
    {
        Start();
        _test.Engine.Containers.Connect("one", new NetworkAttachment { Network = "second" });
        Shell(call, count, "disconnect");
        AssertConsistent();
        _test.Engine.Containers.Disconnect("one", "second", force: true);
        AssertConnected("first");
        _test.Engine.Containers.Connect("one", new NetworkAttachment { Network = "second" });
        AssertConnected("first", "second");
        Gone();
    }

    [Theory]
    [InlineData("flock", 1), InlineData("flock", 2), InlineData("flock", 3), InlineData("flock", 4), InlineData("flock", 5)]
    [InlineData("sendto", 1), InlineData("sendto", 3), InlineData("sendto", 6), InlineData("sendto", 9), InlineData("sendto", 12), InlineData("sendto", 15), InlineData("sendto", 18), InlineData("sendto", 22), InlineData("sendto", 27)]
    [InlineData("rename", 1), InlineData("rename", 2), InlineData("rename", 3), InlineData("setns", 1), InlineData("setns", 2), InlineData("setns", 4)]
    public void A_monitor_killed_while_it_starts(string call, int count)
    {
        Create();
        KilledMonitor.Run(_test, count, call, follow: false, engine => engine.Containers.Start("one", CancellationToken.None));
        TestEngine.Eventually(() => _test.Engine.Containers.Get("one").State == ContainerState.Running || _test.Processes().Length == 0, "processes are left");
        AssertConsistent();
        if (_test.Engine.Containers.Get("one").State != ContainerState.Running) _test.Engine.Containers.Start("one", CancellationToken.None);
        AssertConnected("first");
        Gone();
    }

    [Theory]
    [InlineData("flock", 3), InlineData("flock", 4), InlineData("flock", 5), InlineData("flock", 6), InlineData("flock", 7), InlineData("flock", 8)]
    [InlineData("sendto", 6), InlineData("sendto", 12), InlineData("rename", 2), InlineData("rename", 3), InlineData("rename", 4), InlineData("rename", 5), InlineData("rename", 6)]
    [InlineData("unlink", 1), InlineData("unlink", 2), InlineData("unlink", 3), InlineData("pidfd_send_signal", 1), InlineData("pidfd_send_signal", 2), InlineData("accept4", 1), InlineData("accept4", 2)]
    public void A_shell_killed_while_it_connects_the_network_that_publishes(string call, int count)
    {
        Publish("inner");
        Shell(call, count, "connect");
        AssertPublished();
        if (!_test.Engine.Containers.Get("one").Networks.Contains("second")) _test.Engine.Containers.Connect("one", new NetworkAttachment { Network = "second" });
        AssertPublished("second");
        _test.Engine.Containers.Disconnect("one", "second", force: false);
        AssertPublished();
        Gone();
    }

    [Theory]
    [InlineData("flock", 2), InlineData("flock", 3), InlineData("flock", 4), InlineData("flock", 5), InlineData("flock", 6), InlineData("flock", 7), InlineData("flock", 8)]
    [InlineData("sendto", 2), InlineData("sendto", 5), InlineData("rename", 1), InlineData("rename", 2), InlineData("rename", 3), InlineData("rename", 4), InlineData("rename", 5), InlineData("rename", 6)]
    [InlineData("pidfd_send_signal", 1), InlineData("accept4", 1)]
    public void A_shell_killed_while_it_disconnects_the_network_that_publishes(string call, int count)
    {
        Publish("second", "first");
        Shell(call, count, "disconnect");

        // The very next command is the same once more, or one that looks.
        if (count % 2 == 0) AssertPublished();
        _test.Engine.Containers.Disconnect("one", "second", force: true);
        AssertPublished("first");
        _test.Engine.Containers.Disconnect("one", "first", force: false);
        AssertPublished();
        Gone();
    }

    [TheoryOfDevice("macvlan")]
    [InlineData("connect", "sendto", 4), InlineData("connect", "sendto", 6), InlineData("connect", "sendto", 8), InlineData("connect", "rename", 2), InlineData("connect", "rename", 3)]
    [InlineData("disconnect", "sendto", 2), InlineData("disconnect", "sendto", 3), InlineData("disconnect", "rename", 2), InlineData("disconnect", "rename", 3)]
    public void A_shell_killed_while_it_changes_a_network_of_macvlan(string verb, string call, int count) => ChangeOnWire("macvlan", verb, call, count);

    [TheoryOfDevice("ipvlan")]
    [InlineData("connect", "sendto", 6), InlineData("connect", "rename", 2), InlineData("disconnect", "sendto", 2), InlineData("disconnect", "rename", 3)]
    public void A_shell_killed_while_it_changes_a_network_of_ipvlan(string verb, string call, int count) => ChangeOnWire("ipvlan", verb, call, count);

    // Of such a network nothing is on this machine: all that is left is in the container.
    private void ChangeOnWire(string driver, string verb, string call, int count)
    {
        var wire = $"cptw{Random.Shared.Next(1_000_000)}";
        Ip("link", "add", wire, "type", "veth", "peer", "name", wire + "p");
        try
        {
            _test.Engine.Networks.Remove("second");
            _test.Engine.Networks.Create(new NetworkSettings { Name = "second", Driver = driver, Options = new Dictionary<string, string> { ["parent"] = wire }, Subnets = [_pool.Replace(".0/24", ".128/25", StringComparison.Ordinal)] });
            Start();
            if (verb == "disconnect") _test.Engine.Containers.Connect("one", new NetworkAttachment { Network = "second" });
            Shell(call, count, verb);
            if (count % 2 == 0) AssertInside();
            _test.Engine.Containers.Disconnect("one", "second", force: true);
            AssertInside();
            _test.Engine.Containers.Connect("one", new NetworkAttachment { Network = "second" });
            Assert.Equal(["first", "second"], _test.Engine.Containers.Get("one").Networks);
            AssertInside();
            Gone();
        }
        finally
        {
            RuncsProgram.Run("/usr/sbin/ip", ["link", "del", wire]);
        }
    }

    // A container that publishes a port of the host.
    private void Publish(params string[] networks)
    {
        _test.Engine.Networks.Create(new NetworkSettings { Name = "inner", Internal = true });
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            _port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        var settings = TestEngine.Settings("one", "sleep", "1000") with { Network = null, Networks = [.. networks.Select(static name => new NetworkAttachment { Network = name })], Publish = [$"127.0.0.1:{_port}:80", $"{_port}:81/udp"] };
        _test.Remember(_test.Engine.Containers.Create(settings));
        _test.Engine.Containers.Start("one", CancellationToken.None);
    }

    // After a command that looks: its ports are held, and there are rules of them, when it is on a network that publishes them; else all that is gone.
    private void AssertPublished(string? by = null)
    {
        AssertConsistent();
        AssertInside();
        var container = _test.Engine.Containers.Get("one");
        var publisher = by ?? container.Networks.FirstOrDefault(static name => name != "inner");
        Assert.Equal(publisher is not null, container.Ports.Any(static port => port.HostPort is not null));
        Assert.Equal(publisher is not null, IsTaken());
        var rules = RuncsProgram.Run("nft", ["-n", "list", "table", "inet", new NetworkFirewall(_test.Paths).Table]).Output;
        var address = publisher is null ? null : _test.Engine.Networks.Get(publisher).Containers.Single().IPAddress;
        Assert.Equal(address is null ? [] : [$"{_port} : {address} . 81"], Regex.Matches(rules, $@"{_port} : [0-9.]+ \. 81").Select(static match => match.Value));
    }

    private bool IsTaken()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, _port));
            return false;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return true;
        }
    }

    // In the container there are the devices of its networks, and no others.
    private void AssertInside()
    {
        var networks = _test.Engine.Networks.List();
        var container = _test.Engine.Containers.Get("one");
        Assert.Equal(container.Networks.Order(), networks.Where(network => network.Containers.Any(static one => one.Container == "one")).Select(static network => network.Name).Order());
        var devices = File.ReadAllLines($"/proc/{container.Pid}/net/dev").Select(static line => line.Split(':')[0].Trim()).Where(static name => name.StartsWith("eth", StringComparison.Ordinal));
        Assert.Equal(container.Networks.Select(name => networks.First(network => network.Name == name).Containers.Single().Interface).Order(), devices.Order());
    }

    private static void Ip(params string[] arguments) => Assert.Equal(0, RuncsProgram.Run("/usr/sbin/ip", arguments).ExitCode);

    private void Create() => _test.Remember(_test.Engine.Containers.Create(TestEngine.Settings("one", "sleep", "1000") with { Network = null, Networks = [new NetworkAttachment { Network = "first" }] }));

    private void Start()
    {
        Create();
        _test.Engine.Containers.Start("one", CancellationToken.None);
    }

    private void Shell(string call, int count, string verb)
    {
        var program = new[] { "dotnet", typeof(NetworkKillTests).Assembly.Location, "container", _test.Paths.Root, _test.Paths.Run, RuncsProgram.Path, verb, "one" };
        string[] arguments = ["-qq", "-f", "-o", "/dev/null", "-e", $"trace={Calls}", "-e", $"inject={call}:signal=KILL:when={count}", .. program];
        Assert.NotEqual(0, RuncsProgram.Run("strace", arguments).ExitCode);
    }

    // After a command that looks, what the files say is what there is.
    private void AssertConsistent()
    {
        foreach (var network in _test.Engine.Networks.List())
        {
            var devices = Devices().Where(device => device == network.Device).ToList();
            Assert.Equal(network.Containers.Count > 0 ? 1 : 0, devices.Count);
        }

        Assert.Equal(_test.Engine.Networks.List().Sum(static network => network.Containers.Count), Devices().Count(static device => device.StartsWith("cpv-", StringComparison.Ordinal)));
    }

    private void AssertConnected(params string[] networks)
    {
        Assert.Equal(networks, _test.Engine.Containers.Get("one").Networks);
        AssertConsistent();
        foreach (var name in (string[])["first", "second"])
            Assert.Equal(networks.Contains(name) ? 1 : 0, _test.Engine.Networks.Get(name).Containers.Count);
    }

    private void Gone()
    {
        _test.Engine.Containers.Remove("one", force: true, CancellationToken.None);
        TestEngine.Eventually(() => _test.Processes().Length == 0, "its monitor stays");
        _test.Engine.Networks.Remove("first");
        _test.Engine.Networks.Remove("second");
        if (_port > 0) _test.Engine.Networks.Remove("inner");
        Assert.Empty(Devices());
        Assert.DoesNotContain(new NetworkFirewall(_test.Paths).Table, RuncsProgram.Run("nft", ["list", "tables"]).Output, StringComparison.Ordinal);
        _test.AssertNothingIsLeft();
    }

    // Those of this store.
    private List<string> Devices()
    {
        using var socket = NetlinkSocket.Open();
        return [.. Links.List(socket).Select(static link => link.Name).Where(name => DeviceNames.IsOf(_test.Paths, name))];
    }
}
