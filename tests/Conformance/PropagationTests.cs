namespace ContainerPS.Conformance;

/// <summary>Propagation of mounts, and linux.rootfsPropagation.</summary>
public sealed class PropagationTests
{
    [Properties]
    [InlineData("private", "", "")]
    [InlineData("rprivate", "", "")]
    [InlineData("shared", "shared:", "")]
    [InlineData("rshared", "shared:", "shared:")]
    [InlineData("slave", "master:", "")]
    [InlineData("rslave", "master:", "master:")]
    [InlineData("unbindable", "unbindable", "")]
    [InlineData("runbindable", "unbindable", "unbindable")]
    public void ABindMountHasThePropagation(string option, string top, string below)
    {
        // As engines ask for it: a root that is rprivate may take all mounts along.
        using var container = new Container($$"""{ "linux": { "rootfsPropagation": "{{(option.Contains("shared", StringComparison.Ordinal) ? "shared" : "rslave")}}" } }""");
        var source = HostMount.Tmpfs(Path.Combine(container.Folder, "source"), "shared");
        HostMount.Tmpfs(Path.Combine(source, "below"), "shared");
        container.Mount($$"""{ "destination": "/mnt", "type": "bind", "source": "{{source}}", "options": [ "rbind", "{{option}}" ] }""");
        var mounts = container.Ask("mountinfo")["mountinfo"];
        Check(top, mounts.MountAt("/mnt")["propagation"].Text);
        // What a flag that is not recursive leaves below is the runtime's own default.
        if (option[0] == 'r') Check(below, mounts.MountAt("/mnt/below")["propagation"].Text);
    }

    [Property]
    public void MountsOfTheHostArriveInASlaveAndNotBack()
    {
        using var container = new Container("""{ "linux": { "rootfsPropagation": "rslave" } }""").Capable("CAP_SYS_ADMIN");
        var source = HostMount.Tmpfs(Path.Combine(container.Folder, "source"), "shared");
        foreach (var name in (string[])["host", "inside"]) Directory.CreateDirectory(Path.Combine(source, name));
        container.Mount($$"""{ "destination": "/mnt", "type": "bind", "source": "{{source}}", "options": [ "rbind", "rslave" ] }""");
        container.Start("mount:tmpfs,/mnt/inside");
        HostMount.Tmpfs(Path.Combine(source, "host"));
        File.WriteAllText(Path.Combine(source, "host/late"), "");
        Assert.Equal(["late"], container.AskExec([], "list:/mnt/host")["list:/mnt/host"].Texts);
        Assert.DoesNotContain(source + "/inside", File.ReadAllText("/proc/self/mountinfo"), StringComparison.Ordinal);
    }

    [Property]
    public void MountsOfTheContainerArriveOnTheHostWhenShared()
    {
        using var container = new Container("""{ "linux": { "rootfsPropagation": "rshared" } }""").Capable("CAP_SYS_ADMIN");
        var source = HostMount.Tmpfs(Path.Combine(container.Folder, "source"), "shared");
        Directory.CreateDirectory(Path.Combine(source, "inside"));
        container.Mount($$"""{ "destination": "/mnt", "type": "bind", "source": "{{source}}", "options": [ "rbind", "rshared" ] }""");
        Assert.True(container.Start("mount:tmpfs,/mnt/inside").Answers["mount:tmpfs,/mnt/inside"]["ok"].Exists);
        Assert.Contains(source + "/inside", File.ReadAllText("/proc/self/mountinfo"), StringComparison.Ordinal);
    }

    [Properties]
    [InlineData("private", "")]
    [InlineData("rprivate", "")]
    [InlineData("shared", "shared:")]
    [InlineData("rshared", "shared:")]
    [InlineData("slave", "master:")]
    [InlineData("rslave", "master:")]
    [InlineData("unbindable", "unbindable")]
    [DiffersIn("crun", "the root is private before it is made a slave, and then is nobody's", Rows = ["slave", "rslave"])]
    [DiffersIn("runc", "makes the mount that holds the root private first; the value is for the mounts below", Rows = ["shared", "rshared", "slave", "unbindable"])]
    public void TheRootHasThePropagation(string value, string seen)
    {
        using var container = new Container($$"""{ "linux": { "rootfsPropagation": "{{value}}" } }""");
        OnASharedMount(container);
        Check(seen, container.Ask("mountinfo")["mountinfo"].MountAt("/")["propagation"].Text);
    }

    [Property]
    public void TheRootIsNotSharedUnlessItIsSaid()
    {
        using var container = new Container();
        OnASharedMount(container);
        Assert.DoesNotContain("shared:", container.Ask("mountinfo")["mountinfo"].MountAt("/")["propagation"].Text, StringComparison.Ordinal);
    }

    [Property]
    [DiffersIn("crun", "leaves it out")]
    public void AnUnknownPropagationIsRefused()
    {
        using var container = new Container("""{ "linux": { "rootfsPropagation": "wide" } }""");
        Assert.Contains("wide", container.Run([]).Refused().Errors, StringComparison.Ordinal);
    }

    private static void OnASharedMount(Container container)
    {
        Directory.Delete(container.Rootfs, recursive: true);
        HostMount.Tmpfs(container.Rootfs, "shared");
        foreach (var name in (string[])["proc", "dev"]) Directory.CreateDirectory(Path.Combine(container.Rootfs, name));
        File.Copy(Programs.Probe, Path.Combine(container.Rootfs, "probe"));
    }

    private static void Check(string wanted, string seen)
    {
        if (wanted.Length > 0) Assert.Contains(wanted, seen, StringComparison.Ordinal);
        else Assert.Equal("", seen);
    }
}
