using System.Net;
using ContainerPS.Engine.Networks;

namespace ContainerPS.Engine.Tests.Networks.Names;

/// <summary>resolv.conf and hosts.</summary>
public class NetworkFileTests
{
    [Fact]
    public void Reads_a_resolver_file()
    {
        var file = ResolverFile.Parse("# a comment\n; another\nnameserver 10.0.0.1\nnameserver\t fd00::1  # mine\r\nsearch a.example b.example\noptions timeout:3 attempts:4 rotate\noptions ndots:2\n");
        Assert.Equal(["10.0.0.1", "fd00::1"], file.Servers.Select(server => server.ToString()));
        Assert.Equal(["a.example", "b.example"], file.Search);
        Assert.Equal(["timeout:3", "attempts:4", "rotate", "ndots:2"], file.Options);
        var upstreams = file.ToUpstreams();
        Assert.Equal((TimeSpan.FromSeconds(3), 4, true), (upstreams.Timeout, upstreams.Attempts, upstreams.Rotate));
        Assert.Equal(["10.0.0.1:53", "[fd00::1]:53"], upstreams.Servers.Select(server => server.ToString()));
    }

    [Theory]
    [InlineData(" nameserver 10.0.0.1")]
    [InlineData("nameserver")]
    [InlineData("nameserver ")]
    [InlineData("nameserver10.0.0.1")]
    [InlineData("nameserver 1")]
    [InlineData("nameserver 10.0.0.256")]
    [InlineData("nameserver [::1]:53")]
    [InlineData("nameserver dns.example")]
    [InlineData("nameserver # 10.0.0.1")]
    [InlineData("Nameserver 10.0.0.1")]
    [InlineData("#nameserver 10.0.0.1")]
    [InlineData("")]
    [InlineData("\0\0\0")]
    public void Takes_no_resolver_from(string line) => Assert.Empty(ResolverFile.Parse(line).Servers);

    [Fact]
    public void Takes_three_resolvers() =>
        Assert.Equal(3, ResolverFile.Parse(string.Concat(Enumerable.Range(1, 5).Select(i => $"nameserver 10.0.0.{i}\n"))).Servers.Count);

    [Theory]
    [InlineData("search a b\ndomain c\n", new[] { "c" })]
    [InlineData("domain c\nsearch a b\n", new[] { "a", "b" })]
    [InlineData("search a b\nsearch\n", new[] { "a", "b" })]
    public void The_last_domain_counts(string text, string[] search) => Assert.Equal(search, ResolverFile.Parse(text).Search);

    [Theory]
    [InlineData("", 2, 2)]
    [InlineData("timeout:0 attempts:0", 1, 1)]
    [InlineData("timeout:99 attempts:99", 30, 5)]
    [InlineData("timeout:1 timeout:4", 4, 2)]
    [InlineData("timeout:x attempts:-1 timeouts:9", 2, 2)]
    public void Numbers_have_limits(string options, int seconds, int attempts)
    {
        var upstreams = ResolverFile.Parse($"options {options}\n").ToUpstreams();
        Assert.Equal((TimeSpan.FromSeconds(seconds), attempts), (upstreams.Timeout, upstreams.Attempts));
    }

    [Fact]
    public void A_container_asks_the_name_service()
    {
        var file = ResolverFile.Parse("nameserver 10.0.0.1\nsearch example.com\noptions edns0\n").ForNameService();
        Assert.Equal("nameserver 127.0.0.11\nsearch example.com\noptions edns0 ndots:0\n", file.ToText());
        Assert.Equal("nameserver 127.0.0.11\noptions ndots:3\n", ResolverFile.Parse("options ndots:3\n").ForNameService().ToText());
    }

    [Fact]
    public void Resolvers_on_the_loopback_device_are_of_no_use_elsewhere()
    {
        var file = ResolverFile.Parse("nameserver 127.0.0.53\nnameserver ::1\nnameserver 10.0.0.1\n");
        Assert.Equal("nameserver 10.0.0.1\n", file.WithoutLoopback().ToText());
    }

    [Fact]
    public void What_the_user_gives_replaces_what_is_there()
    {
        var file = ResolverFile.Parse("nameserver 10.0.0.1\nsearch example.com\noptions edns0\n");
        Assert.Equal(file.ToText(), file.With([], [], []).ToText());
        Assert.Equal("nameserver 10.0.0.9\noptions rotate\n", file.With([IPAddress.Parse("10.0.0.9")], ["."], ["rotate"]).ToText());
    }

    [Fact]
    public void A_file_reads_as_it_was_written()
    {
        var file = new ResolverFile { Servers = [IPAddress.Parse("fd00::1")], Search = ["a", "b"], Options = ["rotate"] };
        Assert.Equal(file.ToText(), ResolverFile.Parse(file.ToText()).ToText());
    }

    [Fact]
    public void Writes_hosts() => Assert.Equal(
        """
        127.0.0.1	localhost
        ::1	localhost ip6-localhost ip6-loopback
        fe00::	ip6-localnet
        ff00::	ip6-mcastprefix
        ff02::1	ip6-allnodes
        ff02::2	ip6-allrouters
        10.0.0.5	db
        10.0.0.2	web.example.com web
        fd00::2	web.example.com web

        """,
        HostsFile.Text("web", "example.com", [IPAddress.Parse("10.0.0.2"), IPAddress.Parse("fd00::2")], [("db", "10.0.0.5")]));

    [Fact]
    public void Writes_hosts_without_a_network() => Assert.Equal("127.0.0.1\tlocalhost\n", HostsFile.Text("web", null, [], [], hasVersion6: false));

    [Theory]
    [InlineData("127.0.0.1\tlocalhost\n")]
    [InlineData("127.0.0.1\tlocalhost")]
    public void Adds_to_the_hosts_of_the_host(string text)
    {
        Assert.Equal("127.0.0.1\tlocalhost\n10.0.0.5\tdb\n", HostsFile.TextOfHost(text, [("db", "10.0.0.5")]));
        Assert.Equal(text, HostsFile.TextOfHost(text, []));
    }
}
