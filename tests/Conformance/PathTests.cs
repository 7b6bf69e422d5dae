namespace ContainerPS.Conformance;

/// <summary>linux.maskedPaths and linux.readonlyPaths.</summary>
public sealed class PathTests
{
    [Property]
    public void AMaskedFileIsTheNullDevice()
    {
        using var container = new Container("""{ "linux": { "maskedPaths": [ "/secret", "/proc/version" ] } }""");
        container.WriteFile("rootfs/secret", "secret");
        var seen = container.Ask("read:/secret", "stat:/secret", "read:/proc/version");
        Assert.Equal("", seen["read:/secret"].Text);
        Assert.Equal("char", seen["stat:/secret"]["type"].Text);
        Assert.Equal((1, 3), (seen["stat:/secret"]["major"].Number, seen["stat:/secret"]["minor"].Number));
        Assert.Equal("", seen["read:/proc/version"].Text);
    }

    [Property]
    public void AMaskedFolderIsEmptyAndReadOnly()
    {
        using var container = new Container("""{ "linux": { "maskedPaths": [ "/secrets", "/proc/sys" ] } }""");
        container.WriteFile("rootfs/secrets/one", "secret");
        var seen = container.Ask("list:/secrets", "create:/secrets/new", "list:/proc/sys");
        Assert.Empty(seen["list:/secrets"].Items);
        Assert.Equal("EROFS", seen["create:/secrets/new"].Error);
        Assert.Empty(seen["list:/proc/sys"].Items);
        Assert.True(File.Exists(Path.Combine(container.Rootfs, "secrets/one")));
    }

    [Property]
    public void APathThatIsNotThereIsLeftOut()
    {
        using var container = new Container("""{ "linux": { "maskedPaths": [ "/none", "/proc/none/at/all" ], "readonlyPaths": [ "/none", "/proc/none/at/all" ] } }""");
        Assert.Equal("ENOENT", container.Ask("stat:/none")["stat:/none"].Error);
    }

    [Property]
    public void AReadOnlyFileCannotBeWritten()
    {
        using var container = new Container("""{ "linux": { "readonlyPaths": [ "/file", "/proc/uptime" ] } }""");
        container.WriteFile("rootfs/file", "kept");
        var seen = container.Ask("write:/file=lost", "read:/file", "open:w:/proc/uptime");
        Assert.Equal("EROFS", seen["write:/file=lost"].Error);
        Assert.Equal("kept", seen["read:/file"].Text);
        Assert.Equal("EROFS", seen["open:w:/proc/uptime"].Error);
    }

    [Property]
    public void AReadOnlyFolderCannotBeWritten()
    {
        using var container = new Container("""{ "linux": { "readonlyPaths": [ "/folder", "/proc/sys" ] } }""");
        container.WriteFile("rootfs/folder/file", "kept");
        var seen = container.Ask("create:/folder/new", "write:/folder/file=lost", "write:/proc/sys/kernel/domainname=x", "read:/folder/file");
        Assert.Equal("EROFS", seen["create:/folder/new"].Error);
        Assert.Equal("EROFS", seen["write:/folder/file=lost"].Error);
        Assert.Equal("EROFS", seen["write:/proc/sys/kernel/domainname=x"].Error);
        Assert.Equal("kept", seen["read:/folder/file"].Text);
    }

    [Property]
    [DiffersIn("crun", "making the path read-only takes its nosuid, nodev and noexec away")]
    public void MountsBelowAReadOnlyPathKeepTheirFlags()
    {
        using var container = new Container("""{ "linux": { "readonlyPaths": [ "/scratch" ] } }""")
            .Mount("""{ "destination": "/scratch", "type": "tmpfs", "source": "tmpfs", "options": [ "nosuid", "nodev", "noexec" ] }""");
        Assert.Subset(container.Ask("mountinfo")["mountinfo"].MountAt("/scratch")["options"].List.ToHashSet(), new HashSet<string>(["ro", "nosuid", "nodev", "noexec"]));
    }
}
