using ContainerPS.Engine.Containers;
using ContainerPS.Engine.Networks;

namespace ContainerPS.Engine.Tests.Networks;

/// <summary>Which addresses <c>host-gateway</c> in -AddHost stands for.</summary>
public sealed class HostGatewayTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("containerps-gateway-").FullName;

    public HostGatewayTests()
    {
        Directory.CreateDirectory(Paths.Networks);
        new NetworkStore(Paths).Write(Network("bridge", "10.20.0"));
    }

    private StorePaths Paths => new(Path.Combine(_folder, "root"), Path.Combine(_folder, "run"), Path.Combine(_folder, "engine.json"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void They_are_the_bridges_of_the_first_network_that_has_one_internal_or_not()
    {
        Assert.Equal(["10.21.0.1"], Addresses(new(), On(Network("app", "10.21.0")), On(Network("other", "10.22.0"))));
        Assert.Equal(["10.21.0.1"], Addresses(new(), On(Network("vault", "10.21.0") with { Internal = true })));
        Assert.Equal(["10.21.0.1"], Addresses(new(), On(Wire("macvlan")), On(Network("app", "10.21.0"))));
        var both = Network("six", "10.21.0") with { Pools = [new AddressPool { Subnet = "10.21.0.0/24", Gateway = "10.21.0.1" }, new AddressPool { Subnet = "fd00:21::/64", Gateway = "fd00:21::1" }] };
        Assert.Equal(["10.21.0.1", "fd00:21::1"], Addresses(new(), On(both)));
    }

    [Fact]
    public void They_are_the_default_bridges_where_no_network_has_one()
    {
        Assert.Equal(["10.20.0.1"], Addresses(new() { Network = "none" }));
        Assert.Equal(["10.20.0.1"], Addresses(new() { IsDisconnected = true }));
        foreach (var driver in (string[])["macvlan", "ipvlan"]) Assert.Equal(["10.20.0.1"], Addresses(new(), On(Wire(driver))));
    }

    [Fact]
    public void On_the_hosts_network_they_are_its_loopback() => Assert.Equal(["127.0.0.1"], Addresses(new() { Network = "host" }));

    private IEnumerable<string> Addresses(ContainerSettings settings, params RunNetwork[] networks) =>
        ContainerFiles.Hosts(Paths, settings with { AddHosts = ["here-it-is:host-gateway"] }, "box", networks).Split('\n').Select(static line => line.Split('\t')).Where(static words => words[^1] == "here-it-is").Select(static words => words[0]);

    private static RunNetwork On(NetworkRecord network) => RunNetwork.Of(network, new EndpointRecord
    {
        ContainerId = "0123456789abcdef",
        ContainerName = "box",
        Interface = "eth0",
        Device = "cpv0",
        Mac = "02:00:00:00:00:01",
        IPv4 = network.Pools[0].Subnet.Replace("0/24", "9", StringComparison.Ordinal),
        IPv6 = network.Pools.Count > 1 ? "fd00:21::9" : null,
        MonitorPid = 1,
        MonitorStartTime = 1,
    });

    private static NetworkRecord Wire(string driver) => Network("wire", "192.0.2") with { Driver = driver };

    private static NetworkRecord Network(string name, string prefix) =>
        new() { Id = name, Name = name, Driver = NetworkDrivers.Bridge, Pools = [new AddressPool { Subnet = $"{prefix}.0/24", Gateway = $"{prefix}.1" }] };
}
