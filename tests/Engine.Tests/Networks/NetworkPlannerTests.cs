using System.Net;
using ContainerPS.Engine.Networks;

namespace ContainerPS.Engine.Tests.Networks;

/// <summary>What is asked of a new network, and what of that is refused.</summary>
public sealed class NetworkPlannerTests
{
    private static readonly StorePaths s_paths = new("/tmp/none/root", "/tmp/none/run", "/tmp/none/engine.json");

    [Fact]
    public void A_network_has_a_subnet_of_the_pools_and_its_first_address_as_gateway()
    {
        var record = Plan(new NetworkSettings { Name = "app" });
        var pool = Assert.Single(record.Pools);
        Assert.Equal(("10.89.0.0/24", "10.89.0.1", false), (pool.Subnet, pool.Gateway, pool.IsAsked));
        Assert.Matches("^cps-[0-9a-f]{10}$", record.Device);
    }

    [Fact]
    public void IPv6_adds_a_unique_local_subnet_of_its_own()
    {
        var record = Plan(new NetworkSettings { Name = "app", IPv6 = true });
        Assert.Equal(2, record.Pools.Count);
        Assert.Matches("^fd[0-9a-f:]+::/64$", record.Pools[1].Subnet);
        Assert.NotEqual(record.Pools[1].Subnet, Plan(new NetworkSettings { Name = "app", IPv6 = true }).Pools[1].Subnet);
    }

    [Fact]
    public void What_was_asked_is_in_the_record()
    {
        var record = Plan(new NetworkSettings
        {
            Name = "app",
            Subnets = ["10.20.0.0/16", "fd00:20::/64"],
            Gateways = ["10.20.0.254"],
            IPRanges = ["10.20.128.0/17"],
            AuxiliaryAddresses = new Dictionary<string, string> { ["printer"] = "10.20.0.9" },
            Internal = true,
            Mtu = 1300,
        });
        Assert.Equal(("10.20.0.254", "10.20.128.0/17", true), (record.Pools[0].Gateway, record.Pools[0].IPRange, record.Pools[0].IsAsked));
        Assert.Equal("10.20.0.9", record.Pools[0].Auxiliary!["printer"]);
        Assert.Equal(("fd00:20::/64", "fd00:20::1"), (record.Pools[1].Subnet, record.Pools[1].Gateway));
        Assert.True(record.Internal);
        Assert.Equal(1300, record.Mtu);
    }

    public static TheoryData<string, NetworkSettings, string> Refused => new()
    {
        { "Name", new NetworkSettings { Name = "-x" }, "-x" },
        { "Driver", new NetworkSettings { Name = "app", Driver = "overlay" }, "bridge, macvlan, ipvlan" },
        { "Mtu", new NetworkSettings { Name = "app", Mtu = 60 }, "68" },
        { "Mtu", new NetworkSettings { Name = "app", Mtu = 1000, IPv6 = true }, "1280" },
        { "Subnet", new NetworkSettings { Name = "app", Subnets = ["10.20.0.0/16", "10.21.0.0/16"] }, "one of IPv6" },
        { "Subnet", new NetworkSettings { Name = "app", Subnets = ["10.20.0.0/31"] }, "30 bits" },
        { "Gateway", new NetworkSettings { Name = "app", Subnets = ["10.20.0.0/16"], Gateways = ["10.21.0.1"] }, "10.21.0.1" },
        { "Gateway", new NetworkSettings { Name = "app", Subnets = ["10.20.0.0/16"], Gateways = ["10.20.0.0"] }, "nobody" },
        { "Gateway", new NetworkSettings { Name = "app", Gateways = ["10.20.0.1"] }, "-Subnet" },
        { "IPRange", new NetworkSettings { Name = "app", Subnets = ["10.20.0.0/16"], IPRanges = ["10.0.0.0/8"] }, "10.0.0.0/8" },
        { "AuxiliaryAddress", new NetworkSettings { Name = "app", Subnets = ["10.20.0.0/16"], AuxiliaryAddresses = new Dictionary<string, string> { ["a"] = "x" } }, "x" },
        { "Option", new NetworkSettings { Name = "app", Options = new Dictionary<string, string> { ["parent"] = "eth0" } }, "enable_icc" },
        { "Option", new NetworkSettings { Name = "app", Options = new Dictionary<string, string> { ["enable_icc"] = "no" } }, "true or false" },
        { "Option", new NetworkSettings { Name = "app", Driver = "macvlan" }, "parent=eth0" },
        { "Option", new NetworkSettings { Name = "app", Driver = "macvlan", Options = new Dictionary<string, string> { ["parent"] = "eth0", ["macvlan_mode"] = "l2" } }, "bridge, private" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_cannot_be_is_refused(string parameter, NetworkSettings settings, string tells)
    {
        var error = Assert.Throws<InvalidSettingException>(() => Plan(settings));
        Assert.Equal(parameter, error.Parameter);
        Assert.Contains(tells, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bridge"), InlineData("host"), InlineData("none")]
    public void Names_that_exist_from_the_start_are_taken(string name) => Assert.Equal("NameInUse", Assert.Throws<NameInUseException>(() => Plan(new NetworkSettings { Name = name })).ErrorId);

    [Fact]
    public void A_subnet_that_is_used_elsewhere_is_refused_with_who_uses_it()
    {
        var error = Assert.Throws<SubnetInUseException>(() => Plan(new NetworkSettings { Name = "app", Subnets = ["10.30.0.0/16"] }));
        Assert.Contains("'front' has 10.30.1.0/24", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<SubnetInUseException>(() => Plan(new NetworkSettings { Name = "app", Subnets = ["10.31.0.0/24"] }));
        Assert.Contains("10.31.0.0/16 by 'eth0'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_on_a_device_has_the_subnet_that_the_machine_has_there()
    {
        var record = Plan(new NetworkSettings { Name = "lan", Driver = "macvlan", Subnets = ["10.31.0.0/16"], Options = new Dictionary<string, string> { ["parent"] = "eth0" } });
        Assert.Equal("eth0", record.Device);
    }

    [Fact]
    public void Devices_of_stores_have_names_of_their_own()
    {
        var (one, other, id) = (s_paths, s_paths with { Run = "/tmp/other" }, new string('a', 64));
        Assert.Equal("cps0", DeviceNames.OfBridge(s_paths with { Run = "/run/containerps" }, "bridge", id));
        Assert.NotEqual("cps0", DeviceNames.OfBridge(one, "bridge", id));
        Assert.NotEqual(DeviceNames.OfBridge(one, "app", id), DeviceNames.OfBridge(other, "app", id));
        Assert.NotEqual(DeviceNames.NewEndpoint(one), DeviceNames.NewEndpoint(one));
        Assert.True(DeviceNames.IsOf(one, DeviceNames.NewEndpoint(one)));
        Assert.False(DeviceNames.IsOf(other, DeviceNames.NewEndpoint(one)));
        Assert.InRange(DeviceNames.NewEndpoint(one).Length, 1, 15);
        Assert.NotEqual(DeviceNames.TableSuffix(one), DeviceNames.TableSuffix(other));
    }

    [Theory]
    [InlineData("02:42:ac:11:00:02", "02:42:ac:11:00:02"), InlineData("02-42-AC-11-00-0f", "02:42:ac:11:00:0f")]
    public void Hardware_addresses_are_read(string text, string address) => Assert.Equal(address, MacAddress.Text(MacAddress.Parse(text, "MacAddress")));

    [Theory]
    [InlineData("02:42:ac:11:00"), InlineData("01:00:5e:00:00:01"), InlineData("00:00:00:00:00:00"), InlineData("02:42:ac:11:00:g2"), InlineData("0242.ac11.0002"), InlineData("")]
    public void What_is_no_device_s_hardware_address_is_refused(string text) => Assert.Throws<InvalidSettingException>(() => MacAddress.Parse(text, "MacAddress"));

    private static NetworkRecord Plan(NetworkSettings settings)
    {
        var host = new HostNetwork([(IPNetwork.Parse("10.31.0.0/16"), "eth0")], 1500);
        return NetworkPlanner.Plan(s_paths, settings, new SubnetChooser(host, [("front", IPNetwork.Parse("10.30.1.0/24"))]), PoolSetting.Of(new EngineSettings(), isDefaultNetwork: false));
    }
}
