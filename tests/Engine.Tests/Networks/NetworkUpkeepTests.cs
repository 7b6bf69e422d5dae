using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Linux.Netlink;
using ContainerPS.Engine.Networks;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Tests.Networks;

/// <summary>Who is on a network, in its file: on one whose devices are not of this machine, so that none are made.</summary>
public sealed class NetworkUpkeepTests : IDisposable
{
    private const int Crowd = 120;

    // Larger than the kernel's largest.
    private const int PidOfNobody = int.MaxValue;

    private readonly NetworkNamespace _host = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("containerps-upkeep-").FullName;

    public void Dispose()
    {
        _host.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Who_has_no_monitor_any_more_goes_at_the_next_start_however_many_there_are()
    {
        FillCrowd();
        Change(endpoint => endpoint.ContainerName is "c7" or "c70" ? endpoint with { MonitorPid = PidOfNobody } : endpoint);
        Claim("late");
        var names = Names();
        Assert.Equal(Crowd - 2 + 1, names.Count);
        Assert.DoesNotContain("c7", names);
        Assert.DoesNotContain("c70", names);
    }

    [Fact]
    public void What_somebody_killed_has_left_stands_in_nobodys_way()
    {
        FillCrowd();

        // They are being changed by nobody, and are not in their containers' own lists.
        Change(static endpoint => Left(endpoint));
        foreach (var i in Enumerable.Range(0, Crowd)) File.Delete(RunNetworks.PathOf(Paths, IdOf($"c{i}")));
        Assert.Equal("10.20.0.9", Claim("wants", new NetworkAttachment { Network = "crowd", IPAddress = "10.20.0.9" }).IPv4);
        Assert.Equal(["wants"], Names());
    }

    [Fact]
    public void Only_what_is_marked_as_being_changed_is_looked_for_in_its_containers_list()
    {
        foreach (var name in (string[])["unmarked", "unlisted", "listed", "held", "inside", "ports"]) FillWith(name);
        Change(static endpoint => endpoint.ContainerName switch
        {
            "unmarked" => endpoint,
            "inside" => endpoint with { IsChanging = true },
            _ => Left(endpoint),
        });
        foreach (var name in (string[])["unmarked", "unlisted", "held", "inside"]) File.Delete(RunNetworks.PathOf(Paths, IdOf(name)));

        // Ports that its monitor holds, and a device in the container alone, need somebody who can reach them.
        new RunNetworks { HoldsPorts = true }.Write(Paths, IdOf("ports"));
        using (FileLock.Exclusive(Path.Combine(Paths.Locks, $"container-{IdOf("held")}")))
        {
            Claim("late");
            Assert.Equal(["unmarked", "listed", "held", "inside", "ports", "late"], Names());
        }

        Claim("later");
        Assert.Equal(["unmarked", "listed", "inside", "ports", "late", "later"], Names());
    }

    [Fact]
    public void Of_a_crowd_some_are_looked_at_closely_and_of_few_all()
    {
        FillCrowd();

        // Others have their monitors' numbers now.
        Change(static endpoint => endpoint with { MonitorStartTime = 1 });
        Claim("late");
        Assert.InRange(Names().Count, Crowd / 2, Crowd + 1);
        Do(upkeep => upkeep.Reconcile(Network.Id));
        Assert.Equal(["late"], Names());

        Change(static endpoint => endpoint with { MonitorStartTime = 1 });
        Claim("later");
        Assert.Equal(["later"], Names());
    }

    [Fact]
    public void Whose_addresses_nobody_can_have_had_need_not_announce_them()
    {
        var network = Network with { Driver = NetworkDrivers.Bridge, Device = "crowd0", Pools = [new AddressPool { Subnet = "10.20.0.0/29", Gateway = "10.20.0.1", IsAsked = true }] };
        new NetworkStore(Paths).Write(network);
        Assert.False(Claim("first").Announces);
        Assert.False(Claim("second").Announces);
        Do(upkeep => upkeep.Release(Network.Id, IdOf("first")));
        foreach (var name in (string[])["third", "fourth", "fifth"]) Assert.False(Claim(name).Announces);

        // That of the first; and from then on it is not known of others either.
        Assert.True(Claim("heir").Announces);
        foreach (var name in (string[])["second", "third"]) Do(upkeep => upkeep.Release(Network.Id, IdOf(name)));
        Assert.Equal("10.20.0.3", Claim("again").IPv4);
        Assert.True(Claim("asks", new NetworkAttachment { Network = "crowd", IPAddress = "10.20.0.4" }).Announces);

        // Nobody is left to remember.
        foreach (var name in (string[])["fourth", "fifth", "heir", "again", "asks"]) Do(upkeep => upkeep.Release(Network.Id, IdOf(name)));
        Assert.False(Claim("new").Announces);
        Assert.True(Claim("asks", new NetworkAttachment { Network = "crowd", IPAddress = "10.20.0.6" }).Announces);
        Assert.True(Claim("next").Announces);
        Do(upkeep => upkeep.Release(Network.Id, IdOf("new")));
        foreach (var name in (string[])["asks", "next"]) Do(upkeep => upkeep.Release(Network.Id, IdOf(name)));
    }

    [Fact]
    public void On_a_devices_own_wire_addresses_are_always_announced()
    {
        FillWith("first");
        Assert.All(new EndpointStore(Paths).Read(Network.Id).Endpoints, static endpoint => Assert.True(endpoint.Announces));
    }

    // With a device on this machine that is gone already.
    private static EndpointRecord Left(EndpointRecord endpoint) => endpoint with { IsChanging = true, Device = "cpv-none" };

    private StorePaths Paths => new(_folder, _folder, Path.Combine(_folder, "engine.json"));

    private static NetworkRecord Network => new()
    {
        Id = new string('a', 64),
        Name = "crowd",
        Driver = NetworkDrivers.Macvlan,
        Device = "wire0",
        Pools = [new AddressPool { Subnet = "10.20.0.0/16", IsAsked = true }],
    };

    private void FillCrowd()
    {
        foreach (var i in Enumerable.Range(0, Crowd)) FillWith($"c{i}");
    }

    private void FillWith(string name)
    {
        if (!File.Exists(Path.Combine(Paths.Networks, "crowd.json"))) new NetworkStore(Paths).Write(Network);
        Claim(name);
    }

    private EndpointRecord Claim(string name, NetworkAttachment? attachment = null)
    {
        EndpointRecord? endpoint = null;
        Do(upkeep =>
        {
            NetworkRecord network;
            (network, endpoint) = upkeep.Claim("crowd", new EndpointRequest
            {
                ContainerId = IdOf(name),
                ContainerName = name,
                Attachment = attachment ?? new NetworkAttachment { Network = "crowd" },
                Interface = "eth0",
                MonitorPid = Environment.ProcessId,
                MonitorStartTime = ProcessIdentity.StartTime(Environment.ProcessId)!.Value,
            });
            Directory.CreateDirectory(Paths.RunOf(IdOf(name)));
            new RunNetworks { Networks = [RunNetwork.Of(network, endpoint)] }.Write(Paths, IdOf(name));
        });
        return endpoint!;
    }

    private void Do(Action<NetworkUpkeep> action) => _host.Run(() =>
    {
        using var socket = NetlinkSocket.Open();
        action(new NetworkUpkeep(Paths, socket));
    });

    private void Change(Func<EndpointRecord, EndpointRecord> change)
    {
        foreach (var name in Names()) Do(upkeep => upkeep.Update(Network.Id, IdOf(name), change));
    }

    private List<string> Names() => [.. new EndpointStore(Paths).Read(Network.Id).Endpoints.Select(static endpoint => endpoint.ContainerName)];

    private static string IdOf(string name) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name)));
}
