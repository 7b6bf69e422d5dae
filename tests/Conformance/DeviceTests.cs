namespace ContainerPS.Conformance;

/// <summary>Devices: those every container has, linux.devices, and the rules of linux.resources.devices.</summary>
public sealed class DeviceTests
{
    [Properties]
    [InlineData("null", 1, 3)]
    [InlineData("zero", 1, 5)]
    [InlineData("full", 1, 7)]
    [InlineData("random", 1, 8)]
    [InlineData("urandom", 1, 9)]
    [InlineData("tty", 5, 0)]
    public void ADefaultDeviceIsThere(string name, int major, int minor)
    {
        using var container = new Container();
        var device = container.Ask($"stat:/dev/{name}")[$"stat:/dev/{name}"];
        Assert.Equal("char", device["type"].Text);
        Assert.Equal((major, minor), (device["major"].Number, device["minor"].Number));
        Assert.Equal(Convert.ToInt64("666", 8), device["mode"].Number);
        Assert.Equal((0, 0), (device["uid"].Number, device["gid"].Number));
    }

    [Properties]
    [InlineData("fd", "/proc/self/fd")]
    [InlineData("stdin", "/proc/self/fd/0")]
    [InlineData("stdout", "/proc/self/fd/1")]
    [InlineData("stderr", "/proc/self/fd/2")]
    public void ADefaultSymlinkIsThere(string name, string target)
    {
        using var container = new Container();
        Assert.Equal(target, container.Ask($"lstat:/dev/{name}")[$"lstat:/dev/{name}"]["link"].Text);
    }

    [Property]
    public void PtmxIsTheOneOfTheContainersTerminals()
    {
        using var container = new Container();
        var seen = container.Ask("lstat:/dev/ptmx", "open:rw:/dev/ptmx", "list:/dev/pts");
        Assert.Contains(seen["lstat:/dev/ptmx"]["link"].Text, (string[])["pts/ptmx", "/dev/pts/ptmx"]);
        Assert.True(seen["open:rw:/dev/ptmx"]["ok"].Exists);
        Assert.Equal(["ptmx"], seen["list:/dev/pts"].Texts);
    }

    [Property]
    public void DefaultDevicesWork()
    {
        using var container = new Container();
        var seen = container.Ask("open:rw:/dev/null", "open:r:/dev/zero", "open:w:/dev/full", "open:r:/dev/random", "open:r:/dev/urandom");
        Assert.All(seen.Names, name => Assert.True(seen[name]["ok"].Exists));
    }

    [Properties]
    [InlineData("c", "char", 10, 200)]
    [InlineData("b", "block", 7, 5)]
    [InlineData("u", "char", 1, 11)]
    public void AnExtraDeviceIsMade(string type, string seenType, int major, int minor)
    {
        using var container = new Container($$"""
            { "linux": { "devices": [ { "path": "/dev/extra", "type": "{{type}}", "major": {{major}}, "minor": {{minor}}, "fileMode": 416, "uid": 33, "gid": 44 } ] } }
            """);
        var device = container.Ask("stat:/dev/extra")["stat:/dev/extra"];
        Assert.Equal(seenType, device["type"].Text);
        Assert.Equal((major, minor), (device["major"].Number, device["minor"].Number));
        Assert.Equal(Convert.ToInt64("640", 8), device["mode"].Number);
        Assert.Equal((33, 44), (device["uid"].Number, device["gid"].Number));
    }

    [Property]
    public void AFifoIsMade()
    {
        using var container = new Container("""{ "linux": { "devices": [ { "path": "/dev/pipe", "type": "p", "fileMode": 384, "uid": 33, "gid": 44 } ] } }""");
        var device = container.Ask("stat:/dev/pipe")["stat:/dev/pipe"];
        Assert.Equal("fifo", device["type"].Text);
        Assert.Equal(Convert.ToInt64("600", 8), device["mode"].Number);
        Assert.Equal((33, 44), (device["uid"].Number, device["gid"].Number));
    }

    [Properties]
    [InlineData("/dev/net/deep/tun")]
    [InlineData("/elsewhere/tun")]
    public void TheFolderOfADeviceIsMade(string path)
    {
        using var container = new Container($$"""{ "linux": { "devices": [ { "path": "{{path}}", "type": "c", "major": 10, "minor": 200, "fileMode": 438 } ] } }""");
        Assert.Equal("char", container.Ask($"stat:{path}")[$"stat:{path}"]["type"].Text);
    }

    [Property]
    public void TheModeOfADeviceIsNotMasked()
    {
        using var container = new Container("""
            { "process": { "user": { "uid": 0, "gid": 0, "umask": 63 } }, "linux": { "devices": [ { "path": "/dev/extra", "type": "c", "major": 10, "minor": 200, "fileMode": 438 } ] } }
            """);
        Assert.Equal(Convert.ToInt64("666", 8), container.Ask("stat:/dev/extra")["stat:/dev/extra"]["mode"].Number);
    }

    [Property]
    [DiffersIn("crun", "takes any type it does not know for a character device")]
    public void AnUnknownTypeIsRefused()
    {
        using var container = new Container("""{ "linux": { "devices": [ { "path": "/dev/extra", "type": "z", "major": 10, "minor": 200 } ] } }""");
        container.Run([]).Refused();
    }

    [Property]
    public void WhatTheRulesAllowCanBeOpened()
    {
        var seen = Ruled("""{ "allow": false, "access": "rwm" }, { "allow": true, "type": "c", "major": 1, "minor": 11, "access": "r" }""");
        Assert.True(seen["open:r:/dev/kmsg"]["ok"].Exists);
        Assert.Equal("EPERM", seen["open:w:/dev/kmsg"].Error);
        Assert.Equal("EPERM", seen["open:r:/dev/other"].Error);
    }

    [Property]
    public void DefaultDevicesAreAllowedWhateverTheRulesSay()
    {
        var seen = Ruled("""{ "allow": false, "access": "rwm" }""");
        Assert.True(seen["open:rw:/dev/null"]["ok"].Exists);
        Assert.True(seen["open:r:/dev/urandom"]["ok"].Exists);
        Assert.True(seen["open:rw:/dev/ptmx"]["ok"].Exists);
        Assert.Equal("EPERM", seen["open:r:/dev/kmsg"].Error);
    }

    [Property]
    public void ARuleWithoutAMinorIsForAll()
    {
        var seen = Ruled("""{ "allow": false, "access": "rwm" }, { "allow": true, "type": "c", "major": 10, "access": "rwm" }""");
        Assert.NotEqual("EPERM", seen["open:r:/dev/other"].Error);
        Assert.True(seen["mknod:/made,c,10,229"]["ok"].Exists);
        Assert.Equal("EPERM", seen["open:r:/dev/kmsg"].Error);
    }

    [Property]
    public void ALaterRuleTakesPartOfAnEarlierOneBack()
    {
        var seen = Ruled("""{ "allow": true, "access": "rwm" }, { "allow": false, "type": "c", "major": 1, "minor": 11, "access": "w" }""");
        Assert.True(seen["open:r:/dev/kmsg"]["ok"].Exists);
        Assert.Equal("EPERM", seen["open:w:/dev/kmsg"].Error);
        Assert.True(seen["mknod:/made,c,10,229"]["ok"].Exists);
    }

    private static Answer Ruled(string rules)
    {
        using var container = new Container($$"""
            { "linux": {
                "devices": [ { "path": "/dev/kmsg", "type": "c", "major": 1, "minor": 11, "fileMode": 438 }, { "path": "/dev/other", "type": "c", "major": 10, "minor": 229, "fileMode": 438 } ],
                "resources": { "devices": [ {{rules}} ] } } }
            """).Capable("CAP_SYSLOG");
        return container.Ask("open:r:/dev/kmsg", "open:w:/dev/kmsg", "open:r:/dev/other", "mknod:/made,c,10,229", "open:rw:/dev/null", "open:r:/dev/urandom", "open:rw:/dev/ptmx");
    }
}
