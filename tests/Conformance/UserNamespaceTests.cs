using System.Globalization;

namespace ContainerPS.Conformance;

/// <summary>User namespaces and their mappings.</summary>
public sealed class UserNamespaceTests
{
    private const string s_mapped = """
        { "linux": {
            "uidMappings": [ { "containerID": 0, "hostID": 100000, "size": 65536 } ],
            "gidMappings": [ { "containerID": 0, "hostID": 200000, "size": 65536 } ] } }
        """;

    [Property]
    public void TheMappingsAreTheNamespaces()
    {
        using var container = Mapped();
        var seen = container.Ask("namespaces", "ids", "read:/proc/self/uid_map", "read:/proc/self/gid_map");
        Assert.NotEqual(Namespaces.Of("self", "user"), seen["namespaces"]["user"].Text);
        Assert.Equal("0 100000 65536", Map(seen["read:/proc/self/uid_map"]));
        Assert.Equal("0 200000 65536", Map(seen["read:/proc/self/gid_map"]));
        Assert.Equal(0, seen["ids"]["uid"].Number);
        Assert.Equal(0, seen["ids"]["gid"].Number);
    }

    [Property]
    public void TheHostSeesTheMappedIds()
    {
        using var container = Mapped();
        container.Start();
        var status = File.ReadAllLines($"/proc/{container.State()["pid"].Number}/status");
        Assert.Contains("Uid:\t100000\t100000\t100000\t100000", status);
        Assert.Contains("Gid:\t200000\t200000\t200000\t200000", status);
    }

    [Property]
    public void SeveralRangesAreMapped()
    {
        using var container = new Container("""
            { "process": { "user": { "uid": 1000, "gid": 1000 } },
              "linux": {
                "uidMappings": [ { "containerID": 0, "hostID": 100000, "size": 1000 }, { "containerID": 1000, "hostID": 300000, "size": 10 } ],
                "gidMappings": [ { "containerID": 0, "hostID": 100000, "size": 1000 }, { "containerID": 1000, "hostID": 300000, "size": 10 } ] } }
            """).Namespace("user").OwnedBy(100000);
        var seen = container.Ask("ids", "read:/proc/self/uid_map");
        Assert.Equal("0 100000 1000 1000 300000 10", Map(seen["read:/proc/self/uid_map"]));
        Assert.Equal(1000, seen["ids"]["uid"].Number);
        Assert.Equal(1000, seen["ids"]["gid"].Number);
    }

    [Property]
    public void AnotherUserThanRootIsMappedToTheHost()
    {
        using var container = Mapped().Patch("""{ "process": { "user": { "uid": 33, "gid": 44 } } }""");
        container.Start();
        var status = File.ReadAllLines($"/proc/{container.State()["pid"].Number}/status");
        Assert.Contains("Uid:\t100033\t100033\t100033\t100033", status);
        Assert.Contains("Gid:\t200044\t200044\t200044\t200044", status);
    }

    [Property]
    [DiffersIn("runc", "needs a mapping of root for its own set-up")]
    public void ANamespaceWithoutRootRunsItsOnlyUser()
    {
        using var container = new Container("""
            { "process": { "user": { "uid": 1000, "gid": 1000 } },
              "linux": {
                "uidMappings": [ { "containerID": 1000, "hostID": 101000, "size": 1 } ],
                "gidMappings": [ { "containerID": 1000, "hostID": 101000, "size": 1 } ] } }
            """).Namespace("user").OwnedBy(101000);
        var seen = container.Ask("ids", "read:/proc/self/uid_map");
        Assert.Equal(1000, seen["ids"]["uid"].Number);
        Assert.Equal("1000 101000 1", Map(seen["read:/proc/self/uid_map"]));
    }

    [Property]
    public void SupplementaryGroupsCanBeSet()
    {
        using var container = Mapped().Patch("""{ "process": { "user": { "uid": 0, "gid": 0, "additionalGids": [ 5, 7 ] } } }""");
        var seen = container.Ask("ids", "read:/proc/self/setgroups");
        Assert.Equal("allow\n", seen["read:/proc/self/setgroups"].Text);
        Assert.Equal([5, 7], seen["ids"]["groups"].Numbers.Except([0]));
    }

    [Property]
    public void FilesOfTheMappedRootBelongToRoot()
    {
        using var container = Mapped();
        var seen = container.Ask("stat:/probe", "create:/new", "stat:/new")!;
        Assert.Equal(0, seen["stat:/probe"]["uid"].Number);
        Assert.Equal(0, seen["stat:/new"]["uid"].Number);
        Assert.Equal("100000", Programs.Run("stat", ["-c", "%u", Path.Combine(container.Rootfs, "new")]).Output.Trim());
    }

    [Property]
    public void DefaultDevicesCanBeUsed()
    {
        using var container = Mapped();
        var seen = container.Ask("stat:/dev/null", "open:rw:/dev/null", "open:r:/dev/urandom", "lstat:/dev/fd");
        Assert.Equal("char", seen["stat:/dev/null"]["type"].Text);
        Assert.True(seen["open:rw:/dev/null"]["ok"].Exists);
        Assert.True(seen["open:r:/dev/urandom"]["ok"].Exists);
        Assert.Equal("symlink", seen["lstat:/dev/fd"]["type"].Text);
    }

    [Property]
    public void TheNamespacesOfTheContainerBelongToIt()
    {
        using var container = Mapped().Capable("CAP_SYS_ADMIN");
        container.MakeFolder("rootfs/mnt");
        Assert.True(container.Ask("mount:tmpfs,/mnt")["mount:tmpfs,/mnt"]["ok"].Exists);
    }

    [Property]
    public void TheRequestedCapabilitiesAreThere()
    {
        using var container = Mapped();
        container.Config["process"]!["capabilities"] = Capability.Sets(["CAP_CHOWN", "CAP_SYS_ADMIN"], inheritable: [], ambient: []);
        Assert.Equal(Capability.Mask("CAP_CHOWN", "CAP_SYS_ADMIN"), container.Ask("status")["status"]["CapEff"].Text);
    }

    [Property]
    public void ASecondProcessIsInTheNamespaceToo()
    {
        using var container = Mapped();
        container.Start();
        var seen = container.AskExec(["--user", "33:44"], "ids", "read:/proc/self/uid_map");
        Assert.Equal("0 100000 65536", Map(seen["read:/proc/self/uid_map"]));
        Assert.Equal(33, seen["ids"]["uid"].Number);
        Assert.Equal(44, seen["ids"]["gid"].Number);
    }

    private static Container Mapped()
    {
        var container = new Container(s_mapped).Namespace("user");
        Programs.Run("chown", ["-R", string.Create(CultureInfo.InvariantCulture, $"{100000}:{200000}"), container.Rootfs]).Succeeded();
        return container;
    }

    private static string Map(Answer file) => string.Join(' ', file.Text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
}
