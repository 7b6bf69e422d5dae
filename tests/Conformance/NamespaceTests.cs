using System.Globalization;
using System.Text.Json.Nodes;

namespace ContainerPS.Conformance;

/// <summary>linux.namespaces: new ones, the host's, and those of others joined by path.</summary>
public sealed class NamespaceTests
{
    [Properties]
    [InlineData("pid")]
    [InlineData("network")]
    [InlineData("mount")]
    [InlineData("ipc")]
    [InlineData("uts")]
    [InlineData("cgroup")]
    public void AListedNamespaceIsNew(string type)
    {
        using var container = new Container().Namespace(type);
        var name = Namespaces.FileOf(type);
        Assert.NotEqual(Namespaces.Of("self", name), container.Ask("namespaces")["namespaces"][name].Text);
    }

    [Properties]
    [InlineData("pid")]
    [InlineData("network")]
    [InlineData("ipc")]
    [InlineData("uts")]
    [InlineData("cgroup")]
    [InlineData("user")]
    [InlineData("time")]
    public void AnAbsentNamespaceIsTheHosts(string type)
    {
        using var container = new Container().WithoutNamespace(type);
        var name = Namespaces.FileOf(type);
        Assert.Equal(Namespaces.Of("self", name), container.Ask("namespaces")["namespaces"][name].Text);
    }

    [Properties]
    [InlineData("network")]
    [InlineData("ipc")]
    [InlineData("uts")]
    [InlineData("cgroup")]
    [InlineData("pid")]
    [InlineData("mount")]
    [InlineData("time")]
    [DiffersIn("runc", "1.1 knows no time namespaces", Rows = ["time"])]
    [DiffersIn("crun", "as with a new time namespace, its process ends before it is set up", Rows = ["time"])]
    public void ANamespaceWithAPathIsJoined(string type)
    {
        using var container = new Container();
        var holder = container.Own(new Holder(type));
        var name = Namespaces.FileOf(type);
        container.Namespace(type, holder.PathOf(name));
        Assert.Equal(holder.Identity(name), container.Ask("namespaces")["namespaces"][name].Text);
    }

    [Property]
    [DiffersIn("runc", "1.1 wants mappings even for a namespace that is joined")]
    public void AUserNamespaceWithAPathIsJoined()
    {
        using var container = new Container().OwnedBy(100000);
        var holder = container.Own(new Holder("user"));
        container.Namespace("user", holder.PathOf("user"));
        var seen = container.Ask("namespaces", "ids", "read:/proc/self/uid_map");
        Assert.Equal(holder.Identity("user"), seen["namespaces"]["user"].Text);
        Assert.Equal(0, seen["ids"]["uid"].Number);
        Assert.Equal(["0", "100000", "65536"], seen["read:/proc/self/uid_map"].Text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
    }

    [Property]
    public void SeveralNamespacesOfOneProcessAreJoined()
    {
        using var container = new Container();
        var holder = container.Own(new Holder("network", "ipc", "uts"));
        foreach (var type in (string[])["network", "ipc", "uts"]) container.Namespace(type, holder.PathOf(Namespaces.FileOf(type)));
        var seen = container.Ask("namespaces")["namespaces"];
        Assert.All((string[])["net", "ipc", "uts"], name => Assert.Equal(holder.Identity(name), seen[name].Text));
    }

    [Property]
    public void TheNamespacesOfAnotherContainerAreJoined()
    {
        using var first = new Container();
        var names = first.Start("namespaces").Answers["namespaces"];
        var pid = first.State()["pid"].Number;
        using var second = new Container();
        foreach (var type in (string[])["network", "ipc", "pid"]) second.Namespace(type, $"/proc/{pid}/ns/{Namespaces.FileOf(type)}");
        var seen = second.Ask("namespaces", "ids");
        Assert.All((string[])["net", "ipc", "pid"], name => Assert.Equal(names[name].Text, seen["namespaces"][name].Text));
        Assert.NotEqual(1, seen["ids"]["pid"].Number);
    }

    [Property]
    public void InANewPidNamespaceTheProcessIsTheFirst()
    {
        using var container = new Container();
        var seen = container.Ask("ids", "list:/proc");
        Assert.Equal(1, seen["ids"]["pid"].Number);
        Assert.Equal(["1"], seen["list:/proc"].Texts.Where(n => int.TryParse(n, CultureInfo.InvariantCulture, out _)));
    }

    [Property]
    public void InANewNetworkNamespaceOnlyTheLoopbackDeviceIsSeen()
    {
        using var container = new Container();
        var lines = container.Ask("read:/proc/net/dev")["read:/proc/net/dev"].Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(2);
        Assert.Equal(["lo"], lines.Select(l => l.Split(':')[0].Trim()).Where(n => n is not ("sit0" or "tunl0" or "ip6tnl0" or "erspan0" or "gre0" or "gretap0" or "ip_vti0" or "ip6_vti0" or "ip6gre0")));
    }

    [Property]
    public void InANewCgroupNamespaceTheOwnCgroupIsTheRoot()
    {
        using var container = new Container().Namespace("cgroup");
        var paths = container.Ask("read:/proc/self/cgroup")["read:/proc/self/cgroup"].Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(':', 3)[2]);
        Assert.All(paths, path => Assert.Equal("/", path));
    }

    [Property]
    [DiffersIn("crun", "does not look for duplicates, which the specification forbids")]
    public void ANamespaceListedTwiceIsRefused()
    {
        using var container = new Container();
        container.Config["linux"]!["namespaces"]!.AsArray().Add(JsonNode.Parse("""{ "type": "uts" }"""));
        container.Run([]).Refused();
    }

    [Property]
    public void AnUnknownNamespaceIsRefused()
    {
        using var container = new Container().Namespace("dream");
        Assert.Contains("dream", container.Run([]).Refused().Errors, StringComparison.Ordinal);
    }

    [Property]
    public void APathToAnotherKindOfNamespaceIsRefused()
    {
        using var container = new Container();
        var holder = container.Own(new Holder("ipc"));
        container.Namespace("network", holder.PathOf("ipc")).Run([]).Refused();
    }

    [Property]
    public void APathToNothingIsRefused()
    {
        using var container = new Container().Namespace("network", "/nowhere/net");
        Assert.Contains("/nowhere/net", container.Run([]).Refused().Errors, StringComparison.Ordinal);
    }
}
