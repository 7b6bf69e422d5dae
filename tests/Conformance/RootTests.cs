namespace ContainerPS.Conformance;

/// <summary>root.path and root.readonly, and --no-pivot.</summary>
public sealed class RootTests
{
    [Property]
    public void AReadOnlyRootCannotBeWritten()
    {
        using var container = new Container("""{ "root": { "readonly": true } }""");
        var seen = container.Ask("create:/new", "mkdir:/folder", "mountinfo", "create:/dev/new");
        Assert.Equal("EROFS", seen["create:/new"].Error);
        Assert.Equal("EROFS", seen["mkdir:/folder"].Error);
        Assert.Contains("ro", seen["mountinfo"].MountAt("/")["options"].List);
        Assert.True(seen["create:/dev/new"]["ok"].Exists);
    }

    [Property]
    public void AnotherRootCanBeWritten()
    {
        using var container = new Container("""{ "root": { "readonly": false } }""");
        Assert.True(container.Ask("create:/new")["create:/new"]["ok"].Exists);
        Assert.True(File.Exists(Path.Combine(container.Rootfs, "new")));
    }

    [Property]
    public void TheTargetsOfMountsAreMadeBeforeTheRootIsReadOnly()
    {
        using var container = new Container("""{ "root": { "readonly": true } }""").Mount("""{ "destination": "/made", "type": "tmpfs", "source": "tmpfs" }""");
        Assert.True(container.Ask("create:/made/new")["create:/made/new"]["ok"].Exists);
    }

    [Property]
    public void ThePathCanBeAbsolute()
    {
        using var container = new Container();
        var elsewhere = Path.Combine(container.Folder, "elsewhere");
        Directory.Move(container.Rootfs, elsewhere);
        container.Patch($$"""{ "root": { "path": "{{elsewhere}}" } }""").WriteFile("elsewhere/here", "elsewhere");
        Assert.Equal("elsewhere", container.Ask("read:/here")["read:/here"].Text);
    }

    [Property]
    public void AMissingRootIsRefused()
    {
        using var container = new Container("""{ "root": { "path": "nowhere" } }""");
        Assert.Contains("nowhere", container.Run([]).Refused().Errors, StringComparison.Ordinal);
        Assert.Empty(Cgroups.Left(container.Id));
    }

    [Property]
    public void NothingOfTheHostsTreeIsReached()
    {
        using var container = new Container();
        File.CreateSymbolicLink(Path.Combine(container.Rootfs, "up"), "../../../../../..");
        var seen = container.Ask("list:/..", "list:/up", "mountinfo");
        Assert.Equal(["dev", "probe", "proc", "sys", "tmp", "up"], seen["list:/.."].Texts);
        Assert.Equal(["dev", "probe", "proc", "sys", "tmp", "up"], seen["list:/up"].Texts);
        Assert.DoesNotContain(seen["mountinfo"].Items, m => m["point"].Text is "/home" or "/boot" or "/run");
    }

    [Property]
    public void WithoutPivotTheRootIsTheSame()
    {
        using var container = new Container();
        var seen = Answer.Parse(container.Run(["list:/", "ids"], "--no-pivot").Succeeded().Output);
        Assert.Equal(["dev", "probe", "proc", "sys", "tmp"], seen["list:/"].Texts);
        Assert.Equal(1, seen["ids"]["pid"].Number);
    }
}
