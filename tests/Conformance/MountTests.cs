namespace ContainerPS.Conformance;

/// <summary>mounts: types, data, sources, targets and order.</summary>
public sealed class MountTests
{
    [Properties]
    [InlineData("proc", "/mnt", "proc")]
    [InlineData("sysfs", "/mnt", "sysfs")]
    [InlineData("tmpfs", "/mnt", "tmpfs")]
    [InlineData("devpts", "/mnt", "devpts")]
    [InlineData("mqueue", "/mnt", "mqueue")]
    public void AFileSystemIsMounted(string type, string target, string seenType)
    {
        using var container = new Container().Mount($$"""{ "destination": "{{target}}", "type": "{{type}}", "source": "{{type}}" }""");
        Assert.Equal(seenType, container.Ask("mountinfo")["mountinfo"].MountAt(target)["type"].Text);
    }

    [Property]
    public void TmpfsDataArePassedOn()
    {
        using var container = new Container().Mount("""
            { "destination": "/mnt", "type": "tmpfs", "source": "scratch", "options": [ "size=64k", "mode=1750", "uid=5", "gid=6", "nr_inodes=50", "nosuid" ] }
            """);
        var seen = container.Ask("mountinfo", "stat:/mnt");
        var mount = seen["mountinfo"].MountAt("/mnt");
        Assert.Equal("scratch", mount["source"].Text);
        Assert.Subset(mount["super"].List.ToHashSet(), new HashSet<string>(["size=64k", "mode=1750", "uid=5", "gid=6", "nr_inodes=50"]));
        Assert.Equal(Convert.ToInt64("1750", 8), seen["stat:/mnt"]["mode"].Number);
        Assert.Equal(5, seen["stat:/mnt"]["uid"].Number);
        Assert.Equal(6, seen["stat:/mnt"]["gid"].Number);
    }

    [Property]
    public void DevptsDataArePassedOn()
    {
        using var container = new Container().Mount("""
            { "destination": "/mnt", "type": "devpts", "source": "devpts", "options": [ "newinstance", "ptmxmode=0640", "mode=0600", "gid=5" ] }
            """);
        Assert.Subset(container.Ask("mountinfo")["mountinfo"].MountAt("/mnt")["super"].List.ToHashSet(), new HashSet<string>(["gid=5", "mode=600", "ptmxmode=640"]));
    }

    [Property]
    public void AnOverlayIsMounted()
    {
        using var container = new Container();
        container.WriteFile("lower/below", "from below");
        var (lower, upper, work) = (container.MakeFolder("lower"), container.MakeFolder("upper"), container.MakeFolder("work"));
        container.Mount($$"""{ "destination": "/mnt", "type": "overlay", "source": "overlay", "options": [ "lowerdir={{lower}}", "upperdir={{upper}}", "workdir={{work}}" ] }""");
        var seen = container.Ask("read:/mnt/below", "create:/mnt/above");
        Assert.Equal("from below", seen["read:/mnt/below"].Text);
        Assert.True(File.Exists(Path.Combine(upper, "above")));
    }

    [Property]
    public void AMissingTargetOfAFolderIsMade()
    {
        using var container = new Container();
        container.WriteFile("source/file", "of the host");
        container.Mount($$"""{ "destination": "/a/b/c", "type": "bind", "source": "{{container.Folder}}/source", "options": [ "bind" ] }""");
        Assert.Equal("of the host", container.Ask("read:/a/b/c/file")["read:/a/b/c/file"].Text);
    }

    [Property]
    public void AMissingTargetOfAFileIsMadeAsAFile()
    {
        using var container = new Container();
        var source = container.WriteFile("source", "of the host");
        container.Mount($$"""{ "destination": "/a/b/file", "type": "bind", "source": "{{source}}", "options": [ "bind" ] }""");
        var seen = container.Ask("read:/a/b/file", "stat:/a/b/file");
        Assert.Equal("of the host", seen["read:/a/b/file"].Text);
        Assert.Equal("file", seen["stat:/a/b/file"]["type"].Text);
        Assert.Equal("", File.ReadAllText(Path.Combine(container.Rootfs, "a/b/file")));
    }

    [Property]
    public void AFileIsBoundOverAFile()
    {
        using var container = new Container();
        var source = container.WriteFile("source", "of the host");
        container.WriteFile("rootfs/file", "of the image");
        container.Mount($$"""{ "destination": "/file", "type": "bind", "source": "{{source}}", "options": [ "bind" ] }""");
        var seen = container.Ask("read:/file", "write:/file=OF");
        Assert.Equal("of the host", seen["read:/file"].Text);
        Assert.Equal("OF the host", File.ReadAllText(source));
        Assert.Equal("of the image", File.ReadAllText(Path.Combine(container.Rootfs, "file")));
    }

    [Property]
    public void TheTypeOfABindMountDoesNotMatter()
    {
        using var container = new Container();
        container.WriteFile("source/file", "of the host");
        container.Mount($$"""{ "destination": "/mnt", "type": "none", "source": "{{container.Folder}}/source", "options": [ "rbind" ] }""");
        Assert.Equal("of the host", container.Ask("read:/mnt/file")["read:/mnt/file"].Text);
    }

    [Property]
    public void ABindMountNeedsNoType()
    {
        using var container = new Container();
        container.WriteFile("source/file", "of the host");
        container.Mount($$"""{ "destination": "/mnt", "source": "{{container.Folder}}/source", "options": [ "bind" ] }""");
        Assert.Equal("of the host", container.Ask("read:/mnt/file")["read:/mnt/file"].Text);
    }

    [Property]
    public void ARelativeSourceIsInTheBundle()
    {
        using var container = new Container();
        container.WriteFile("bundle/shared/file", "of the bundle");
        container.Mount("""{ "destination": "/mnt", "type": "bind", "source": "shared", "options": [ "bind" ] }""");
        Assert.Equal("of the bundle", container.Ask("read:/mnt/file")["read:/mnt/file"].Text);
    }

    [Property]
    public void ARelativeTargetIsBelowTheRoot()
    {
        using var container = new Container().Mount("""{ "destination": "a/b", "type": "tmpfs", "source": "tmpfs" }""");
        Assert.Equal("tmpfs", container.Ask("mountinfo")["mountinfo"].MountAt("/a/b")["type"].Text);
    }

    [Property]
    public void BindTakesTheFolderAloneAndRbindAllBelowIt()
    {
        using var container = new Container();
        HostMount.Tmpfs(Path.Combine(container.MakeFolder("source"), "below"));
        container.WriteFile("source/below/file");
        container.Mount($$"""{ "destination": "/one", "type": "bind", "source": "{{container.Folder}}/source", "options": [ "bind" ] }""");
        container.Mount($$"""{ "destination": "/all", "type": "bind", "source": "{{container.Folder}}/source", "options": [ "rbind" ] }""");
        var seen = container.Ask("list:/one/below", "list:/all/below");
        Assert.Empty(seen["list:/one/below"].Items);
        Assert.Equal(["file"], seen["list:/all/below"].Texts);
    }

    [Properties]
    [InlineData("/real")]
    [InlineData("real")]
    [InlineData("../../../../real")]
    [InlineData("/../../real")]
    public void ASymlinkInATargetStaysInTheRoot(string link)
    {
        using var container = new Container();
        container.MakeFolder("rootfs/real");
        container.WriteFile("source/file", "of the host");
        File.CreateSymbolicLink(Path.Combine(container.Rootfs, "link"), link);
        container.Mount($$"""{ "destination": "/link/below", "type": "bind", "source": "{{container.Folder}}/source", "options": [ "bind" ] }""");
        Assert.Equal("of the host", container.Ask("read:/real/below/file")["read:/real/below/file"].Text);
        Assert.False(Directory.Exists("/real"));
    }

    [Property]
    public void ATargetThatIsASymlinkIsFollowedInTheRoot()
    {
        using var container = new Container();
        container.MakeFolder("rootfs/real");
        File.CreateSymbolicLink(Path.Combine(container.Rootfs, "link"), "/real");
        container.Mount("""{ "destination": "/link", "type": "tmpfs", "source": "tmpfs" }""");
        Assert.Equal("tmpfs", container.Ask("mountinfo")["mountinfo"].MountAt("/real")["type"].Text);
    }

    [Property]
    public void MountsAreMadeInTheirOrder()
    {
        using var container = new Container();
        container.WriteFile("first/name", "first");
        container.WriteFile("second/name", "second");
        container.Mount("""{ "destination": "/a", "type": "tmpfs", "source": "tmpfs" }""");
        container.Mount($$"""{ "destination": "/a/b", "type": "bind", "source": "{{container.Folder}}/first", "options": [ "bind" ] }""");
        container.Mount($$"""{ "destination": "/a/b", "type": "bind", "source": "{{container.Folder}}/second", "options": [ "bind" ] }""");
        Assert.Equal("second", container.Ask("read:/a/b/name")["read:/a/b/name"].Text);
    }

    [Property]
    public void ALaterMountHidesAnEarlierOneBelow()
    {
        using var container = new Container();
        container.WriteFile("source/file");
        container.Mount($$"""{ "destination": "/a/b", "type": "bind", "source": "{{container.Folder}}/source", "options": [ "bind" ] }""");
        container.Mount("""{ "destination": "/a", "type": "tmpfs", "source": "tmpfs" }""");
        Assert.Empty(container.Ask("list:/a")["list:/a"].Items);
    }

    [Property]
    public void AMissingSourceIsRefusedAndNamed()
    {
        using var container = new Container().Mount("""{ "destination": "/mnt", "type": "bind", "source": "/no/such/source", "options": [ "bind" ] }""");
        Assert.Contains("/no/such/source", container.Run([]).Refused().Errors, StringComparison.Ordinal);
        Assert.Empty(Cgroups.Left(container.Id));
    }

    [Property]
    public void AnUnknownFileSystemIsRefused()
    {
        using var container = new Container().Mount("""{ "destination": "/mnt", "type": "nofs", "source": "nofs" }""");
        container.Run([]).Refused();
        Assert.Empty(Cgroups.Left(container.Id));
    }

    [Property]
    public void TmpcopyupKeepsWhatIsBelow()
    {
        using var container = new Container();
        container.WriteFile("rootfs/data/file", "of the image");
        container.WriteFile("rootfs/data/folder/inner", "deeper");
        File.CreateSymbolicLink(Path.Combine(container.Rootfs, "data/link"), "file");
        container.Mount("""{ "destination": "/data", "type": "tmpfs", "source": "tmpfs", "options": [ "tmpcopyup" ] }""");
        var seen = container.Ask("mountinfo", "read:/data/file", "read:/data/folder/inner", "lstat:/data/link", "write:/data/file=OF");
        Assert.Equal("tmpfs", seen["mountinfo"].MountAt("/data")["type"].Text);
        Assert.Equal("of the image", seen["read:/data/file"].Text);
        Assert.Equal("deeper", seen["read:/data/folder/inner"].Text);
        Assert.Equal("file", seen["lstat:/data/link"]["link"].Text);
        Assert.Equal("of the image", File.ReadAllText(Path.Combine(container.Rootfs, "data/file")));
    }

    [Property]
    public void ACgroupMountShowsTheOwnCgroups()
    {
        using var container = new Container().Namespace("cgroup")
            .Mount("""{ "destination": "/sys/fs/cgroup", "type": "cgroup", "source": "cgroup", "options": [ "nosuid", "noexec", "nodev", "relatime", "ro" ] }""");
        var top = Cgroups.IsV2Only ? "" : "/memory";
        var seen = container.Ask($"read:/sys/fs/cgroup{top}/cgroup.procs", $"create:/sys/fs/cgroup{top}/x", $"mkdir:/sys/fs/cgroup{top}/x", "list:/sys/fs/cgroup");
        Assert.Equal("1\n", seen[$"read:/sys/fs/cgroup{top}/cgroup.procs"].Text);
        Assert.Equal("EROFS", seen[$"mkdir:/sys/fs/cgroup{top}/x"].Error);
        if (!Cgroups.IsV2Only)
            Assert.Superset(Cgroups.Hierarchies.Select(h => Path.GetFileName(h)!).Where(n => n is not ("unified" or "systemd")).ToHashSet(), seen["list:/sys/fs/cgroup"].Texts.ToHashSet());
    }

    [Property]
    public void NothingIsLeftOnTheHost()
    {
        using var container = new Container();
        var before = File.ReadAllLines("/proc/self/mountinfo").Where(l => l.Contains(container.Folder, StringComparison.Ordinal));
        container.Mount("""{ "destination": "/mnt", "type": "tmpfs", "source": "tmpfs" }""").Start();
        Assert.Equal(before, File.ReadAllLines("/proc/self/mountinfo").Where(l => l.Contains(container.Folder, StringComparison.Ordinal)));
    }
}
