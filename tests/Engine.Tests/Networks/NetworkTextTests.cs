using ContainerPS.Engine.Containers;
using ContainerPS.Engine.Networks;

namespace ContainerPS.Engine.Tests.Networks;

/// <summary>What users write of networks, and what of that is refused.</summary>
public sealed class NetworkTextTests
{
    [Fact]
    public void A_name_is_a_network() => Assert.Equal("app", NetworkText.Parse("app", "Network").Network);

    [Fact]
    public void The_long_form_says_how_a_container_is_on_it()
    {
        var attachment = NetworkText.Parse("name=app,alias=web,alias=www,ip=10.20.0.5,ip6=fd00::5,mac-address=02:42:ac:11:00:02", "Network");
        Assert.Equal(("app", "10.20.0.5", "fd00::5", "02:42:ac:11:00:02"), (attachment.Network, attachment.IPAddress, attachment.IPv6Address, attachment.MacAddress));
        Assert.Equal(["web", "www"], attachment.Aliases);
    }

    [Theory]
    [InlineData(""), InlineData("alias=x"), InlineData("name="), InlineData("name=a,b"), InlineData("name=a,driver-opt=x=y"), InlineData("name=a,ip=")]
    public void What_is_neither_is_refused(string text) => Assert.Equal("Network", Assert.Throws<InvalidSettingException>(() => NetworkText.Parse(text, "Network")).Parameter);

    public static TheoryData<string, ContainerSettings> Refused => new()
    {
        { "Publish", new ContainerSettings { Image = "x", Publish = ["nothing"] } },
        { "Expose", new ContainerSettings { Image = "x", Expose = ["80:80"] } },
        { "Dns", new ContainerSettings { Image = "x", Dns = ["example.com"] } },
        { "DnsSearch", new ContainerSettings { Image = "x", DnsSearch = ["-"] } },
        { "DnsOption", new ContainerSettings { Image = "x", DnsOptions = ["ndots:1 rotate"] } },
        { "AddHost", new ContainerSettings { Image = "x", AddHosts = ["db"] } },
        { "NetworkAlias", new ContainerSettings { Image = "x", Networks = [new() { Network = "app", Aliases = ["a b"] }] } },
        { "IPAddress", new ContainerSettings { Image = "x", Networks = [new() { Network = "app", IPAddress = "fd00::1" }] } },
        { "IPv6Address", new ContainerSettings { Image = "x", Networks = [new() { Network = "app", IPv6Address = "10.0.0.1" }] } },
        { "MacAddress", new ContainerSettings { Image = "x", Networks = [new() { Network = "app", MacAddress = "01:00:5e:00:00:01" }] } },
        { "Network", new ContainerSettings { Image = "x", Network = "host", Networks = [new() { Network = "app" }] } },
        { "Publish", new ContainerSettings { Image = "x", Network = "container:web", Publish = ["80"] } },
        { "Hostname", new ContainerSettings { Image = "x", Network = "container:web", Hostname = "web" } },
        { "Dns", new ContainerSettings { Image = "x", Network = "container:web", Dns = ["192.0.2.1"] } },
        { "AddHost", new ContainerSettings { Image = "x", Network = "container:web", AddHosts = ["a:192.0.2.1"] } },
        { "Sysctl", new ContainerSettings { Image = "x", Network = "container:web", Sysctls = new Dictionary<string, string> { ["net.core.somaxconn"] = "1" } } },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Settings_that_cannot_be_are_refused(string parameter, ContainerSettings settings) =>
        Assert.Equal(parameter, Assert.Throws<InvalidSettingException>(() => SettingsValidator.Validate(settings)).Parameter);

    [Fact]
    public void A_container_that_asks_for_nothing_is_on_the_bridge()
    {
        Assert.Equal(["bridge"], NetworkMode.Names(new ContainerSettings()));
        Assert.Equal(["none"], NetworkMode.Names(new ContainerSettings { Network = "none" }));
        Assert.Equal(["a", "b"], NetworkMode.Names(new ContainerSettings { Networks = [new() { Network = "a" }, new() { Network = "b" }] }));
        Assert.Empty(NetworkMode.Names(new ContainerSettings { IsDisconnected = true }));
    }

    [Fact]
    public void Whom_programs_ask_for_names_depends_on_the_networks()
    {
        var host = ResolverFile.Parse("nameserver 127.0.0.1\nnameserver 192.0.2.53\nsearch example.com\n");
        var loopback = ResolverFile.Parse("nameserver 127.0.0.1\n");
        var settings = new ContainerSettings();
        Assert.Equal("nameserver 192.0.2.53\nsearch example.com\n", NameServers.Of(settings, host, ["bridge"]).Inside.ToText());
        Assert.Null(NameServers.Of(settings, host, ["bridge"]).Upstream);
        Assert.Equal("nameserver 127.0.0.11\nsearch example.com\noptions ndots:0\n", NameServers.Of(settings, host, ["bridge", "app"]).Inside.ToText());
        Assert.Equal(2, NameServers.Of(settings, host, ["app"]).Upstream!.Servers.Count);
        Assert.Equal("nameserver 127.0.0.11\noptions ndots:0\n", NameServers.Of(settings, loopback, ["bridge"]).Inside.ToText());
        Assert.NotNull(NameServers.Of(settings, loopback, ["bridge"]).Upstream);
        Assert.Equal("nameserver 192.0.2.1\n", NameServers.Of(settings with { Dns = ["192.0.2.1"] }, loopback, ["bridge"]).Inside.ToText());
        Assert.Equal("nameserver 127.0.0.1\n", NameServers.Of(settings with { Network = "host" }, loopback, []).Inside.ToText());
    }

    [Fact]
    public void Resolvers_that_are_given_are_asked_from_inside_and_this_machines_from_outside()
    {
        using var inside = new Microsoft.Win32.SafeHandles.SafeFileHandle();
        var host = ResolverFile.Parse("nameserver 127.0.0.11\n");
        var settings = new ContainerSettings { Dns = ["127.0.0.1", "127.0.0.11", "::ffff:127.0.0.11", "192.0.2.1"], DnsOptions = ["ndots:1"] };
        var given = NameServers.Of(settings, host, ["app"]).ToUpstreams(inside);
        Assert.Same(inside, given.From);
        Assert.True(given.KeepSingleLabels);

        // It does not ask itself. What the machine calls 127.0.0.11 is somebody else.
        Assert.Equal(["127.0.0.1:53", "192.0.2.1:53"], given.Servers.Select(static server => server.ToString()));
        foreach (var network in (string[])["app", "bridge"])
        {
            var own = NameServers.Of(new ContainerSettings(), host, [network]).ToUpstreams(inside);
            Assert.Null(own.From);
            Assert.False(own.KeepSingleLabels);
            Assert.Equal(["127.0.0.11:53"], own.Servers.Select(static server => server.ToString()));
        }
    }

    [Fact]
    public void Exposed_ports_are_the_images_and_the_containers_own()
    {
        var image = new Oci.ContainerConfig { ExposedPorts = new() { ["80/tcp"] = new(), ["what"] = new() } };
        var ports = ExposedPort.Of(new ContainerSettings { Expose = ["22", "80", "53/udp"] }, image);
        Assert.Equal([new(80, "tcp"), new(22, "tcp"), new(53, "udp")], ports);
    }
}
