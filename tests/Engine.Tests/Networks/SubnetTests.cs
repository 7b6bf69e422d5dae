using System.Net;
using ContainerPS.Engine.Networks;

namespace ContainerPS.Engine.Tests.Networks;

/// <summary>Reckoning with addresses, and choosing subnets and addresses: pure functions.</summary>
public sealed class SubnetTests
{
    private static readonly HostNetwork s_host = new([(IPNetwork.Parse("10.89.0.0/24"), "eth0"), (IPNetwork.Parse("fd00:89::/64"), "eth0")], 1400);

    [Theory]
    [InlineData("10.20.0.0/16", "10.20.0.1", "10.20.255.254")]
    [InlineData("10.20.0.4/30", "10.20.0.5", "10.20.0.6")]
    [InlineData("10.20.0.4/31", "10.20.0.4", "10.20.0.5")]
    [InlineData("0.0.0.0/0", "0.0.0.1", "255.255.255.254")]
    [InlineData("fd00:20::/64", "fd00:20::1", "fd00:20::ffff:ffff:ffff:ffff")]
    [InlineData("::/0", "::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    public void The_first_and_last_address_of_a_subnet(string subnet, string first, string last)
    {
        Assert.Equal(IPAddress.Parse(first), Subnets.FirstHostOf(IPNetwork.Parse(subnet)));
        Assert.Equal(IPAddress.Parse(last), Subnets.LastHostOf(IPNetwork.Parse(subnet)));
    }

    [Theory]
    [InlineData("10.20.0.0/16", "10.20.5.0/24", true)]
    [InlineData("10.20.5.0/24", "10.20.0.0/16", true)]
    [InlineData("10.20.0.0/16", "10.21.0.0/16", false)]
    [InlineData("10.20.0.0/16", "::/0", false)]
    [InlineData("fd00::/8", "fd00:20::/64", true)]
    public void Subnets_overlap_when_an_address_is_in_both(string a, string b, bool overlap) =>
        Assert.Equal(overlap, Subnets.Overlap(IPNetwork.Parse(a), IPNetwork.Parse(b)));

    [Theory]
    [InlineData("10.20.0.5/16", "10.20.0.0/16")]
    [InlineData("fd00:20::1/64", "fd00:20::/64")]
    [InlineData("10.20.0.0", "10.20.0.0/16")]
    [InlineData("10.20.0.0/33", "10.20.0.0/16")]
    [InlineData("10.20/16", "10.20.0.0/16")]
    [InlineData("what", "10.20.0.0/16")]
    public void What_is_no_subnet_is_refused_with_one_that_is(string text, string advice)
    {
        var error = Assert.Throws<InvalidSettingException>(() => Subnets.Parse(text, "Subnet"));
        Assert.Equal("Subnet", error.Parameter);
        Assert.Contains(text, error.Message, StringComparison.Ordinal);
        Assert.Contains(advice, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_subnet_is_chosen_that_neither_the_machine_nor_another_network_has()
    {
        var chooser = new SubnetChooser(s_host, [("front", IPNetwork.Parse("10.89.1.0/24"))]);
        var pools = new[] { PoolSetting.Parse("10.89.0.0/16/24", "AddressPool") };
        Assert.Equal("10.89.2.0/24", chooser.Choose(pools, "cps0")?.ToString());
        Assert.Equal("10.89.0.0/24", chooser.Choose(pools, "eth0")?.ToString());
        Assert.Null(chooser.Choose([PoolSetting.Parse("10.89.0.0/23", "AddressPool")], "cps0"));
    }

    [Fact]
    public void What_has_a_subnet_is_told()
    {
        var chooser = new SubnetChooser(s_host, [("front", IPNetwork.Parse("10.89.1.0/24"))]);
        Assert.Equal("the network 'front' has 10.89.1.0/24", chooser.ConflictOf(IPNetwork.Parse("10.89.0.0/16"), "cps0"));
        Assert.Equal("this machine has a route to 10.89.0.0/24 by 'eth0'", chooser.ConflictOf(IPNetwork.Parse("10.89.0.128/25"), "cps0"));
        Assert.Null(chooser.ConflictOf(IPNetwork.Parse("10.90.0.0/16"), "cps0"));
    }

    [Theory]
    [InlineData("10.0.0.0/8/7"), InlineData("10.0.0.0/8/31"), InlineData("10.0.0.0/8/"), InlineData("fd00::/8/64"), InlineData("10.0.0.1/8/24")]
    public void Pools_that_cannot_be_are_refused(string text) => Assert.Throws<InvalidSettingException>(() => PoolSetting.Parse(text, "AddressPool"));

    [Theory]
    [InlineData("10.0.0.0/8", "10.0.0.0/8/24"), InlineData("10.0.0.0/26", "10.0.0.0/26/26"), InlineData("fd00::/48", "fd00::/48/64")]
    public void Pools_are_cut_as_usual_when_they_do_not_say(string text, string pool) => Assert.Equal(pool, PoolSetting.Parse(text, "AddressPool").ToString());

    [Fact]
    public void Addresses_are_handed_out_in_turn_and_taken_again_when_all_were()
    {
        var pool = new AddressPool { Subnet = "10.20.0.0/29", Gateway = "10.20.0.1", Auxiliary = new() { ["printer"] = "10.20.0.4" } };
        var taken = new HashSet<IPAddress>();
        var given = new List<string>();
        IPAddress? last = null;
        while (AddressAllocator.Next(pool, taken, last) is { } next)
        {
            taken.Add(last = next);
            given.Add(next.ToString());
        }

        Assert.Equal(["10.20.0.2", "10.20.0.3", "10.20.0.5", "10.20.0.6"], given);
        taken.Remove(IPAddress.Parse("10.20.0.3"));
        Assert.Equal("10.20.0.3", AddressAllocator.Next(pool, taken, last)?.ToString());
    }

    [Fact]
    public void An_address_rests_before_another_has_it()
    {
        var pool = new AddressPool { Subnet = "10.20.0.0/24", Gateway = "10.20.0.1" };
        Assert.Equal("10.20.0.8", AddressAllocator.Next(pool, new HashSet<IPAddress>(), IPAddress.Parse("10.20.0.7"))?.ToString());
    }

    [Fact]
    public void A_range_is_kept_to()
    {
        var pool = new AddressPool { Subnet = "10.20.0.0/16", Gateway = "10.20.0.1", IPRange = "10.20.128.0/30" };
        Assert.Equal("10.20.128.0", AddressAllocator.Next(pool, new HashSet<IPAddress>(), null)?.ToString());
        Assert.Equal("10.20.128.0", AddressAllocator.Next(pool, new HashSet<IPAddress>(), IPAddress.Parse("10.20.128.3"))?.ToString());
        Assert.Null(AddressAllocator.Next(pool, Enumerable.Range(0, 4).Select(i => IPAddress.Parse($"10.20.128.{i}")).ToHashSet(), null));
    }

    [Fact]
    public void The_whole_of_a_subnet_of_IPv6_need_not_be_walked() =>
        Assert.Equal("fd00:20::2", AddressAllocator.Next(new AddressPool { Subnet = "fd00:20::/64", Gateway = "fd00:20::1" }, new HashSet<IPAddress>(), null)?.ToString());

    [Theory]
    [InlineData("10.20.0.1", "gateway"), InlineData("10.20.0.9", "printer"), InlineData("10.21.0.5", "10.20.0.0/16"), InlineData("10.20.0.0", "first and the last"), InlineData("10.20.255.255", "first and the last"), InlineData("fd00::5", "no IPv6")]
    public void Addresses_that_are_no_containers_are_refused(string address, string why)
    {
        var network = new NetworkRecord { Id = "1", Name = "lab", Driver = "bridge", Pools = [new AddressPool { Subnet = "10.20.0.0/16", Gateway = "10.20.0.1", Auxiliary = new() { ["printer"] = "10.20.0.9" } }] };
        var error = Assert.Throws<InvalidSettingException>(() => AddressAllocator.Check(network, IPAddress.Parse(address), "IPAddress"));
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }
}
