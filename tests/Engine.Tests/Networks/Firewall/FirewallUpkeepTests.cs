using System.Net;
using System.Net.NetworkInformation;
using ContainerPS.Engine.Networks;
using static ContainerPS.Engine.Tests.Networks.NetworkLab;

namespace ContainerPS.Engine.Tests.Networks;

/// <summary>Our tables while others flush them, while many change them, with many containers and with none.</summary>
public class FirewallUpkeepTests
{
    [Theory]
    [InlineData("flush ruleset")]
    [InlineData("flush table inet containerps")]
    [InlineData("flush table bridge containerps")]
    [InlineData("delete table inet containerps")]
    [InlineData("delete table bridge containerps")]
    [InlineData("flush chain inet containerps forward")]
    [InlineData("add rule inet containerps forward accept")]
    [InlineData("flush set inet containerps our_bridges")]
    [InlineData("flush set inet containerps masquerade4")]
    [InlineData("flush map inet containerps anyports4")]
    [InlineData("flush set bridge containerps sources4")]
    [InlineData("delete element inet containerps subnets4 { 10.201.0.0/16 . \"cps0\" }")]
    public void The_next_change_heals_what_others_have_done(string deed)
    {
        using var lab = new NetworkLab();
        var network = lab.AddNetwork();
        var web = lab.AddContainer(network);
        lab.Start(web, Any(8080));

        // On another network: what the first one needs is not part of the change.
        var next = lab.AddContainer(lab.AddNetwork());
        lab.Host.Nft(deed);
        Assert.Equal(FirewallOutcome.Rebuilt, lab.Start(next));
        var healed = Sorted(lab.Tables());
        Assert.Equal("192.0.2.2", Reach(lab.Outside, "192.0.2.1", 8080));
        AssertBlocked(lab.Outside, web.Address4, 80);
        Assert.Equal(FirewallOutcome.Changed, lab.Host.Run(() => lab.Firewall.Check()));
        lab.Host.Nft(deed);
        Assert.NotEqual(healed, Sorted(lab.Tables()));
        Assert.Equal(FirewallOutcome.Rebuilt, lab.Host.Run(() => lab.Firewall.Check()));
        Assert.Equal(healed, Sorted(lab.Tables()));
    }

    [Fact]
    public void What_others_do_to_their_own_tables_has_nothing_made_anew()
    {
        using var lab = new NetworkLab();
        var network = lab.AddNetwork();
        var isolated = lab.AddNetwork(isIsolated: true);
        lab.Start(lab.AddContainer(network), Any(8080), Any(8081, "udp"), Any(8080, isVersion6: true));
        lab.Host.Nft("add table inet others\nadd set inet others s { type ifname; }");
        Assert.Equal(FirewallOutcome.Changed, lab.Start(lab.AddContainer(isolated), Any(8090)));
        lab.Host.Nft("add element inet others s { \"cps0\" }");
        Assert.Equal(FirewallOutcome.Changed, lab.Start(lab.AddContainer(network), Any(8091)));
        Assert.Equal(FirewallOutcome.Changed, lab.Start(lab.AddContainer(isolated)));
        lab.Host.Nft("delete table inet others");
        Assert.Equal(FirewallOutcome.Changed, lab.Host.Run(() => lab.Firewall.Check()));
    }

    [Fact]
    public void Tables_are_gone_with_the_last_container_and_those_of_others_stay()
    {
        using var lab = new NetworkLab();
        lab.Host.Nft("table inet others { set s { type ifname; elements = { \"cps0\" } }\n chain forward { type filter hook forward priority 0; policy accept; oifname @s accept; }\n }");
        var others = lab.Host.Shell("nft list ruleset");
        var network = lab.AddNetwork();
        var first = lab.AddContainer(network);
        lab.Start(first, Any(8080), Any(8080, "udp"), Any(8080, isVersion6: true), new PublishedPort("sctp", IPAddress.Parse("192.0.2.9"), 5000, 80));
        var one = lab.Tables();
        var second = lab.AddContainer(network);
        lab.Start(second, Any(8081));
        Assert.NotEqual(one, lab.Tables());
        Assert.Equal(FirewallOutcome.Changed, lab.Stop(second));
        Assert.Equal(Sorted(one), Sorted(lab.Tables()));
        Assert.Equal(FirewallOutcome.Changed, lab.Stop(first));
        Assert.Empty(lab.Tables());
        Assert.Equal(others, lab.Host.Shell("nft list ruleset"));
    }

    [Fact]
    public void What_is_gone_already_is_taken_away_without_harm_and_what_is_anothers_by_now_stays()
    {
        using var lab = new NetworkLab();
        var network = lab.AddNetwork();
        var next = lab.AddContainer(network);
        lab.Start(next);
        var without = lab.Tables();
        var web = lab.AddContainer(network);
        lab.Start(web, Any(8080));
        var part = new FirewallState { Endpoints = [web.Endpoint], Ports = [new FirewallPort(Any(8080), web.Endpoint.Address4, web.Endpoint.Address6)] };
        lab.Stop(web);
        Assert.Equal(FirewallOutcome.Changed, lab.Host.Run(() => lab.Firewall.Remove(part)));
        Assert.Equal(Sorted(without), Sorted(lab.Tables()));

        // The port has a new owner when its last one is cleared away late.
        lab.Start(next, Any(8080));
        Assert.Equal(FirewallOutcome.Rebuilt, lab.Host.Run(() => lab.Firewall.Remove(part)));
        Assert.Equal("192.0.2.2", Reach(lab.Outside, "192.0.2.1", 8080));
    }

    [Fact]
    public void Rules_do_not_grow_with_containers()
    {
        using var space = new NetworkNamespace();
        var folder = Directory.CreateTempSubdirectory("containerps-firewall-").FullName;
        try
        {
            var network = new FirewallNetwork("cps0") { Subnet4 = IPNetwork.Parse("10.88.0.0/16"), Subnet6 = IPNetwork.Parse("fd00:88::/64") };
            var state = Many(network, 0, 1);
            var firewall = new Firewall(new StorePaths(folder, folder, "/none"), null, () => state, () => false, NftProgram.Find());
            space.Run(() => firewall.Add(state));
            var rules = Rules();
            var one = Changed(Many(network, 1, 1));
            state = Many(network, 0, 1000);
            Assert.Equal(FirewallOutcome.Rebuilt, space.Run(() => firewall.Rebuild()));
            Assert.Equal(rules, Rules());
            Assert.Equal(1000, Elements());
            Assert.Equal(one, Changed(Many(network, 1000, 1)));
            Assert.Equal(1001, Elements());

            int Rules() => space.Run(() => InstalledRules.Count(InstalledRules.Inet, "containerps") + InstalledRules.Count(InstalledRules.Bridge, "containerps"));

            int Elements() => space.Shell("nft list map inet containerps anyports4").Split(" : ").Length - 1 - 1;

            // The size of one more change.
            int Changed(FirewallState part)
            {
                Assert.Equal(FirewallOutcome.Changed, space.Run(() => firewall.Add(part)));
                return FirewallMessages.Add("containerps", part).Finish().Length;
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public void Messages_to_the_kernel_change_the_same_as_a_script(int ports)
    {
        using var whole = new NetworkNamespace();
        using var changed = new NetworkNamespace();
        var folders = (Whole: Directory.CreateTempSubdirectory("containerps-firewall-").FullName, Changed: Directory.CreateTempSubdirectory("containerps-firewall-").FullName);
        try
        {
            var state = OfAllKinds(ports);
            var script = new Firewall(new StorePaths(folders.Whole, folders.Whole, "/none"), null, () => state, () => false, NftProgram.Find());
            whole.Run(() => script.Rebuild());
            var empty = new FirewallState();
            var messages = new Firewall(new StorePaths(folders.Changed, folders.Changed, "/none"), null, () => empty, () => false, NftProgram.Find());
            changed.Run(() => messages.Rebuild());
            var before = changed.Shell("nft list ruleset");

            // Twice: what is there already is no error.
            for (var i = 0; i < 2; i++) Assert.Equal(FirewallOutcome.Changed, changed.Run(() => messages.Add(state)));
            Assert.Equal(Sorted(whole.Shell("nft list ruleset")), Sorted(changed.Shell("nft list ruleset")));
            for (var i = 0; i < 2; i++) Assert.Equal(FirewallOutcome.Changed, changed.Run(() => messages.Remove(state)));
            Assert.Equal(before, changed.Shell("nft list ruleset"));
        }
        finally
        {
            Directory.Delete(folders.Whole, recursive: true);
            Directory.Delete(folders.Changed, recursive: true);
        }
    }

    // Elements of each set and map.
    private static FirewallState OfAllKinds(int ports)
    {
        FirewallNetwork[] networks =
        [
            new("cps0") { Subnet4 = IPNetwork.Parse("10.88.0.0/16"), Subnet6 = IPNetwork.Parse("fd00:88::/64") },
            new("cps1") { Subnet4 = IPNetwork.Parse("10.89.4.0/22"), IsInternal = true },
            new("a-device.of_15b") { Subnet4 = IPNetwork.Parse("192.168.255.248/29"), Subnet6 = IPNetwork.Parse("2001:db8:1::/120"), IsIsolated = true },
            new("cps3") { Subnet4 = IPNetwork.Parse("172.31.0.0/25"), HasMasquerade = false },

            // No address is after it.
            new("cps4") { Subnet4 = IPNetwork.Parse("255.255.0.0/16"), Subnet6 = IPNetwork.Parse("fdff::/16") },
        ];
        var (mac, own) = (PhysicalAddress.Parse("02:00:00:00:01:fe"), IPAddress.Parse("fd00:88::2"));
        string[] protocols = ["tcp", "udp", "sctp"];
        string[] addresses = ["0.0.0.0", "192.0.2.1", "::", "2001:db8::1"];
        IPAddress?[] targets = [own, null];
        return new FirewallState
        {
            Networks = networks,
            Endpoints = [.. networks.Select((network, i) => new FirewallEndpoint(network, $"cpsv{i}", mac, new IPAddress([10, 88, 255, (byte)i]), i == 2 ? null : own))],
            Ports =
            [
                .. from protocol in protocols
                   from address in addresses
                   from target in targets
                   select new FirewallPort(new PublishedPort(protocol, IPAddress.Parse(address), target is null ? 90 : 80, 8080), target is null ? null : IPAddress.Parse("10.88.0.2"), target),
                .. Enumerable.Range(10000, ports).Select(port => new FirewallPort(Any(port), IPAddress.Parse("10.88.0.2"), null)),
            ],
        };
    }

    [Fact]
    public void Many_change_it_at_once()
    {
        using var space = new NetworkNamespace();
        var folder = Directory.CreateTempSubdirectory("containerps-firewall-").FullName;
        try
        {
            var network = new FirewallNetwork("cps0") { Subnet4 = IPNetwork.Parse("10.88.0.0/16") };
            var known = new List<int>();
            FirewallState All()
            {
                lock (known) return Merge(network, known);
            }

            // As shells and monitors do: each tells first, and then changes.
            Parallel.For(0, 24, new ParallelOptions { MaxDegreeOfParallelism = 6 }, number =>
            {
                var firewall = new Firewall(new StorePaths(folder, folder, "/none"), "many", All, () => false, NftProgram.Find());
                lock (known) known.Add(number);
                space.Run(() => firewall.Add(Many(network, number, 1)));
                if (number % 3 != 0) return;
                lock (known) known.Remove(number);
                space.Run(() => firewall.Remove(Many(network, number, 1) with { Networks = [] }));
            });
            var ports = space.Shell("nft list map inet containerps_many anyports4");
            for (var number = 0; number < 24; number++) Assert.Equal(number % 3 != 0, ports.Contains($"tcp . {20000 + number} :", StringComparison.Ordinal));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_host_without_nft_is_told_of()
    {
        var folder = Directory.CreateTempSubdirectory("containerps-firewall-").FullName;
        Assert.Null(NftProgram.Find([folder]));
        var firewall = new Firewall(new StorePaths(folder, folder, "/none"), null, () => throw new InvalidOperationException(), () => throw new InvalidOperationException(), null);
        Assert.False(firewall.IsAvailable);
        Assert.Equal(FirewallOutcome.Unavailable, firewall.Add(new FirewallState()));
        Assert.Equal(FirewallOutcome.Unavailable, firewall.Remove(new FirewallState()));
        Assert.Equal(FirewallOutcome.Unavailable, firewall.Check());
        Assert.Equal(FirewallOutcome.Unavailable, firewall.Rebuild());
        Assert.Contains("nftables", Firewall.UnavailableMessage, StringComparison.Ordinal);
        Directory.Delete(folder);
    }

    [Fact]
    public void An_error_of_nft_is_told()
    {
        var folder = Directory.CreateTempSubdirectory("containerps-firewall-").FullName;
        var program = Path.Combine(folder, "nft");
        File.WriteAllText(program, "#!/bin/sh\necho 'it is broken' >&2\nexit 1\n");
        File.SetUnixFileMode(program, (UnixFileMode)0x1ed);
        var firewall = new Firewall(new StorePaths(folder, folder, "/none"), "broken", () => new FirewallState(), () => false, NftProgram.Find([folder]));
        var error = Assert.Throws<FirewallException>(() => firewall.Add(new FirewallState()));
        Assert.Equal(("FirewallFailed", true), (error.ErrorId, error.Message.Contains("it is broken", StringComparison.Ordinal)));
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("cps0\" }; flush ruleset; #")]
    [InlineData("cps*")]
    [InlineData("a b")]
    [InlineData("a\nflush ruleset")]
    [InlineData("$x")]
    [InlineData("@bridges")]
    [InlineData("longer-than-fifteen")]
    [InlineData("ü")]
    public void Names_cannot_add_to_the_script(string name)
    {
        var network = new FirewallNetwork(name) { Subnet4 = IPNetwork.Parse("10.88.0.0/16") };
        Assert.Throws<InvalidSettingException>(() => FirewallElements.Of(new FirewallState { Networks = [network] }));
        var endpoint = new FirewallEndpoint(new FirewallNetwork("cps0"), name, PhysicalAddress.Parse("02:00:00:00:00:01"), null, null);
        Assert.Throws<InvalidSettingException>(() => FirewallElements.Of(new FirewallState { Endpoints = [endpoint] }));
        var port = new FirewallPort(new PublishedPort(name, IPAddress.Any, 80, 80), IPAddress.Loopback, null);
        Assert.Throws<InvalidSettingException>(() => FirewallElements.Of(new FirewallState { Ports = [port] }));
        Assert.Throws<InvalidSettingException>(() => new Firewall(new StorePaths("/none", "/none", "/none"), name, () => new FirewallState(), () => false, null));
    }

    [Fact]
    public void Devices_that_nft_could_take_for_words_of_its_language_are_taken_as_names()
    {
        using var space = new NetworkNamespace();
        var folder = Directory.CreateTempSubdirectory("containerps-firewall-").FullName;
        string[] names = ["accept", "drop", "0", "-1", "br-0", "veth.1", "_", "10.0.0.1", "add"];
        var state = new FirewallState
        {
            Networks = [.. names.Select((name, i) => new FirewallNetwork(name) { Subnet4 = IPNetwork.Parse($"10.{i}.0.0/16") })],
            Endpoints = [.. names.Select(name => new FirewallEndpoint(new FirewallNetwork(name), name, PhysicalAddress.Parse("02:00:00:00:00:01"), IPAddress.Parse("10.0.0.2"), IPAddress.Parse("fe80::1%3")))],
        };
        var firewall = new Firewall(new StorePaths(folder, folder, "/none"), null, () => state, () => false, NftProgram.Find());
        space.Run(() => firewall.Add(state));
        var bridges = space.Shell("nft list set inet containerps our_bridges");
        Assert.All(names, name => Assert.Contains($"\"{name}\"", bridges, StringComparison.Ordinal));
        Directory.Delete(folder, recursive: true);
    }

    private static FirewallState Many(FirewallNetwork network, int first, int count) => Merge(network, Enumerable.Range(first, count));

    private static FirewallState Merge(FirewallNetwork network, IEnumerable<int> numbers)
    {
        int[] all = [.. numbers];
        return new FirewallState
        {
            Networks = [network],
            Endpoints = [.. all.Select(i => new FirewallEndpoint(network, $"cpsv{i}", new PhysicalAddress([2, 0, 0, 0, (byte)(i >> 8), (byte)i]), Address(i), null))],
            Ports = [.. all.Select(i => new FirewallPort(Any(20000 + i), Address(i), null))],
        };

        static IPAddress Address(int i) => new([10, 88, (byte)((i + 2) >> 8), (byte)(i + 2)]);
    }

    // The kernel gives elements of a set in any order.
    private static string[] Sorted(string tables) => [.. tables.Split(['\n', ',', '{', '}', '='], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];
}
