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
    private const string Calls = "openat,mkdir,mkdirat,rename,renameat2,unlink,unlinkat,fsync,flock,sendto,recvfrom,setns,write,clone,clone3,wait4,waitid";

    private readonly TestEngine _test = new();
    private readonly string _pool = $"10.{Random.Shared.Next(192, 200)}.{Random.Shared.Next(256)}.0/24";

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
    [InlineData("flock", 2), InlineData("flock", 3), InlineData("flock", 4), InlineData("sendto", 2), InlineData("sendto", 4), InlineData("sendto", 6), InlineData("sendto", 8), InlineData("sendto", 10)]
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
        Assert.Empty(Devices());
        Assert.DoesNotContain(new NetworkFirewall(_test.Paths, NetworkJson.Default).Table, RuncsProgram.Run("nft", ["list", "tables"]).Output, StringComparison.Ordinal);
        _test.AssertNothingIsLeft();
    }

    // Those of this store.
    private List<string> Devices()
    {
        using var socket = NetlinkSocket.Open();
        return [.. Links.List(socket).Select(static link => link.Name).Where(name => DeviceNames.IsOf(_test.Paths, name))];
    }
}
