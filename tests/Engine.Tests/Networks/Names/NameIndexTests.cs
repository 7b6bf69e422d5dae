using ContainerPS.Engine.Networks;
using static ContainerPS.Engine.Tests.Networks.Names.TestNames;

namespace ContainerPS.Engine.Tests.Networks.Names;

public class NameIndexTests
{
    private const string Id = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210";

    [Theory]
    [InlineData("db")]
    [InlineData("DB")]
    [InlineData("database")]
    [InlineData("sql.local")]
    [InlineData("fedcba987654")]
    [InlineData("db.back")]
    [InlineData("Database.Back")]
    [InlineData("sql.local.back")]
    [InlineData("fedcba987654.back")]
    public void Finds(string name) => Assert.Equal("10.0.0.2 fd00::2", Index(Endpoint("db", "10.0.0.2", "fd00::2", id: Id, aliases: ["database", "sql.local"])).Find(name));

    [Theory]
    [InlineData("d")]
    [InlineData("db2")]
    [InlineData("back")]
    [InlineData("db.front")]
    [InlineData("db.back.back")]
    [InlineData("fedcba98765")]
    [InlineData("local")]
    public void Does_not_find(string name) => Assert.Null(Index(Endpoint("db", "10.0.0.2", id: Id, aliases: ["sql.local"])).Find(name));

    [Fact]
    public void An_alias_of_several_has_all_addresses_once()
    {
        var index = Index(Endpoint("a", "10.0.0.2", aliases: ["web", "a"]), Endpoint("b", "10.0.0.3", "fd00::3", aliases: ["web"]), Endpoint("c", null, aliases: ["web"]));
        Assert.Equal("10.0.0.2 10.0.0.3 fd00::3", index.Find("web"));
        Assert.Equal("10.0.0.2", index.Find("a"));
        Assert.Equal("", index.Find("c"));
    }

    [Fact]
    public void The_first_network_that_has_an_address_counts()
    {
        var index = Index(
            Endpoint("db", "10.0.1.2", network: "front"),
            Endpoint("db", "10.0.2.2", "fd02::2", network: "back"),
            Endpoint("other", "10.0.1.3", network: "front", aliases: ["db"]));
        Assert.Equal("10.0.1.2 10.0.1.3 fd02::2", index.Find("db"));
        Assert.Equal("10.0.2.2 fd02::2", index.Find("db.back"));
        Assert.Equal("10.0.1.2 10.0.1.3", index.Find("db.front"));
    }

    [Fact]
    public void Of_names_with_dots_the_longer_one_counts()
    {
        var plain = Endpoint("a.b.c", "10.0.0.1", network: "n");
        var two = Endpoint("a.b", "10.0.0.2", network: "c");
        var one = Endpoint("a", "10.0.0.3", network: "b.c");
        Assert.Equal("10.0.0.1", Index(one, two, plain).Find("a.b.c"));
        Assert.Equal("10.0.0.1", Index(plain, two, one).Find("a.b.c"));
        Assert.Equal("10.0.0.2", Index(one, two).Find("a.b.c"));
        Assert.Equal("10.0.0.2", Index(two, one).Find("a.b.c"));
    }

    [Fact]
    public void A_name_that_no_packet_can_hold_does_no_harm()
    {
        var name = new string('x', 100);
        var index = Index(Endpoint(name, "10.0.0.2", id: Id));
        Assert.Equal("10.0.0.2", index.Find("fedcba987654"));
        Assert.Equal(Packet.Name("fedcba987654.back"), index.NameOf([10, 0, 0, 2]));
    }

    [Fact]
    public void Names_addresses_with_their_network()
    {
        var index = Index(Endpoint("Db", "10.0.0.2", "fd00::2", aliases: ["sql"]));
        Assert.Equal(Packet.Name("Db.back"), index.NameOf([10, 0, 0, 2]));
        Assert.Equal(Packet.Name("Db.back"), index.NameOf(System.Net.IPAddress.Parse("fd00::2").GetAddressBytes()));
        Assert.Null(index.NameOf([10, 0, 0, 3]));
    }

    [Fact]
    public void A_table_is_loaded_again_once_it_may_have_changed()
    {
        var (stamp, loads, address) = (0L, 0, "10.0.0.2");
        var names = new EndpointNames(
            () =>
            {
                loads++;
                return new NamedEndpoints([Endpoint("db", address)], MayForward: loads > 1);
            },
            () => stamp);
        names.Refresh();
        Assert.False(names.MayForward);
        var later = Environment.TickCount64 + 100;
        WaitFor(names, () => Environment.TickCount64 > later);
        Assert.Equal(1, loads);

        (stamp, address) = (1, "10.0.0.3");
        WaitFor(names, () => names.Find(Packet.Name("db"))!.Version4[3] == 3);
        Assert.Equal(2, loads);
        Assert.True(names.MayForward);
    }

    [Fact]
    public void What_was_known_stays_known_while_it_cannot_be_read()
    {
        var (stamp, isBroken) = (0L, false);
        var loads = 0;
        var names = new EndpointNames(
            () =>
            {
                loads++;
                return isBroken ? throw new IOException("gone") : new NamedEndpoints([Endpoint("db", $"10.0.0.{loads}")], MayForward: true);
            },
            () => stamp);
        names.Refresh();
        (stamp, isBroken) = (1, true);
        WaitFor(names, () => loads > 2);
        Assert.Equal(1, names.Find(Packet.Name("db"))!.Version4[3]);
        isBroken = false;
        WaitFor(names, () => names.Find(Packet.Name("db"))!.Version4[3] > 1);
    }

    [Fact]
    public void A_file_s_stamp_changes_with_the_file()
    {
        var folder = Directory.CreateTempSubdirectory("containerps-names-");
        try
        {
            var path = Path.Combine(folder.FullName, "endpoints.json");
            var other = Path.Combine(folder.FullName, "networks.json");
            File.WriteAllText(other, "x");
            var stamps = new FileStamps();
            stamps.Watch([path, other]);
            List<long> seen = [stamps.Current()];
            Assert.Equal(seen[0], stamps.Current());

            File.WriteAllText(path, "a");
            seen.Add(stamps.Current());
            File.WriteAllText(path, "ab");
            seen.Add(stamps.Current());
            File.WriteAllText(path + ".new", "cd");
            File.Move(path + ".new", path, overwrite: true);
            seen.Add(stamps.Current());
            File.Delete(other);
            seen.Add(stamps.Current());
            Assert.Equal(seen.Count, seen.Distinct().Count());
            Assert.Equal(seen[^1], stamps.Current());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // The table is looked at again after some milliseconds.
    private static void WaitFor(EndpointNames names, Func<bool> condition) => Assert.True(SpinWait.SpinUntil(
        () =>
        {
            names.Refresh();
            return condition();
        },
        TimeSpan.FromSeconds(60)));
}
