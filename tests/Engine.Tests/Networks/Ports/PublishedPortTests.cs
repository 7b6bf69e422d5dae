using System.Net;
using ContainerPS.Engine.Networks;
using static ContainerPS.Engine.Tests.Networks.NetworkLab;

namespace ContainerPS.Engine.Tests.Networks;

/// <summary>Claims, firewall and relay together, as a container has them.</summary>
public class PublishedPortTests
{
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void A_port_is_reached_from_everywhere(bool hasFirewall, bool bridgeNetfilter)
    {
        using var lab = new NetworkLab(bridgeNetfilter);
        var network = lab.AddNetwork();
        var web = lab.AddContainer(network);
        var client = lab.AddContainer(network);
        var old = lab.AddContainer(network, hasVersion6: false);
        using var thread = new LoopThread(lab.Host);
        using var first = Publish(web, 8080, out var firstRelay);
        using var second = Publish(old, 8090, out var secondRelay);
        if (hasFirewall) lab.Start(client);
        foreach (var protocol in (string[])["tcp", "udp"])
        {
            Reach(lab.Outside, "192.0.2.1", 8080, protocol);
            Reach(lab.Outside, "2001:db8::1", 8080, protocol);
            Reach(lab.Host, "127.0.0.1", 8080, protocol);
            Reach(lab.Host, "::1", 8080, protocol);
            Reach(lab.Host, "192.0.2.9", 8080, protocol);
            Reach(client.Space, "192.0.2.1", 8080, protocol);

            // A container reaches itself by the host's address.
            Assert.Equal("10.201.0.1", Reach(web.Space, "192.0.2.1", 8080, protocol));
            Assert.Equal("fd00:201::1", Reach(web.Space, "2001:db8::1", 8080, protocol));
            Assert.Equal("10.201.0.1", Reach(web.Space, "10.201.0.1", 8080, protocol));

            // IPv6 from outside to one that has none.
            Assert.Equal("10.201.0.1", Reach(lab.Outside, "2001:db8::1", 8090, protocol));
            Assert.Equal("10.201.0.1", Reach(lab.Host, "::1", 8090, protocol));
            Assert.Equal(hasFirewall ? "192.0.2.2" : "10.201.0.1", Reach(lab.Outside, "192.0.2.1", 8090, protocol));
        }

        thread.Run(firstRelay.Dispose);
        thread.Run(secondRelay.Dispose);

        PortClaims Publish(LabContainer container, int port, out PortRelay relay)
        {
            var claims = lab.Host.Run(() => PortClaims.Claim([new PortBinding(80, "tcp", "", port, port), new PortBinding(80, "udp", "", port, port)], lab.Paths, _ => null));
            var made = new PortRelay(thread.Loop, new RelayLimits());
            thread.Run(() => made.Start(claims, container.Endpoint.Address4, container.Endpoint.Address6));
            if (hasFirewall) lab.Start(container, [.. claims.Ports.Select(claimed => claimed.Published)]);
            relay = made;
            return claims;
        }
    }

    [Fact]
    public void What_the_relay_serves_does_not_lead_out_of_an_internal_network()
    {
        using var lab = new NetworkLab();
        var inside = lab.AddContainer(lab.AddNetwork(isInternal: true));
        var old = lab.AddContainer(lab.AddNetwork(), hasVersion6: false);
        using var thread = new LoopThread(lab.Host);
        using var claims = lab.Host.Run(() => PortClaims.Claim([new PortBinding(80, "tcp", "", 8080, 8080), new PortBinding(80, "tcp", "fd00:201::1", 8081, 8081)], lab.Paths, _ => null));
        var relay = new PortRelay(thread.Loop, new RelayLimits());
        thread.Run(() => relay.Start(claims, old.Endpoint.Address4, null));
        Assert.Equal("10.202.0.1", Reach(inside.Space, "fd00:201::1", 8080));
        lab.Start(inside);
        lab.Start(old, [.. claims.Ports.Select(port => port.Published)]);
        AssertBlocked(inside.Space, "fd00:201::1", 8080);
        AssertBlocked(inside.Space, "fd00:201::1", 8081);
        AssertBlocked(inside.Space, "10.201.0.1", 8080);
        Assert.Equal("10.202.0.1", Reach(lab.Outside, "2001:db8::1", 8080));
        thread.Run(relay.Dispose);
    }

    [Fact]
    public void A_port_on_loopback_is_reached_from_the_host_alone()
    {
        using var lab = new NetworkLab();
        var web = lab.AddContainer(lab.AddNetwork());
        using var thread = new LoopThread(lab.Host);
        using var claims = lab.Host.Run(() => PortClaims.Claim([new PortBinding(80, "tcp", "127.0.0.1", 8080, 8080), new PortBinding(80, "udp", "127.0.0.1", 8080, 8080)], lab.Paths, _ => null));
        var relay = new PortRelay(thread.Loop, new RelayLimits());
        thread.Run(() => relay.Start(claims, web.Endpoint.Address4, web.Endpoint.Address6));
        lab.Start(web, [.. claims.Ports.Select(port => port.Published)]);
        Assert.Equal("10.201.0.1", Reach(lab.Host, "127.0.0.1", 8080));
        Assert.Equal("10.201.0.1", Reach(lab.Host, "127.0.0.1", 8080, "udp"));
        AssertBlocked(lab.Outside, "192.0.2.1", 8080);
        AssertBlocked(lab.Outside, "192.0.2.1", 8080, "udp");
        AssertBlocked(lab.Host, "192.0.2.1", 8080);
        thread.Run(relay.Dispose);
    }
}
