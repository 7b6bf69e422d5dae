namespace ContainerPS.Conformance;

/// <summary>mounts[].options that are flags of a mount (runtime-spec config.md, "Linux mount options").</summary>
public sealed class MountOptionTests
{
    [Properties]
    [InlineData("ro", "ro")]
    [InlineData("rw", "rw")]
    [InlineData("nosuid", "nosuid")]
    [InlineData("nodev", "nodev")]
    [InlineData("noexec", "noexec")]
    [InlineData("noatime", "noatime")]
    [InlineData("nodiratime", "nodiratime")]
    [InlineData("relatime", "relatime")]
    [InlineData("nosymfollow", "nosymfollow")]
    [InlineData("sync", "sync")]
    [InlineData("dirsync", "dirsync")]
    [InlineData("lazytime", "lazytime")]
    [InlineData("mand", "mand")]
    [DiffersIn("crun", "1.8 hands it to the file system as data", Rows = ["nosymfollow"])]
    public void AFlagIsSet(string option, string seen)
    {
        // Mandatory locks are gone since Linux 5.15: the option is still taken.
        var mount = Tmpfs(option);
        if (option != "mand") Assert.Contains(seen, mount["options"].List.Concat(mount["super"].List));
    }

    [Properties]
    [InlineData("suid", "nosuid")]
    [InlineData("dev", "nodev")]
    [InlineData("exec", "noexec")]
    [InlineData("atime", "noatime")]
    [InlineData("diratime", "nodiratime")]
    [InlineData("async", "sync")]
    [InlineData("rw", "ro")]
    [InlineData("symfollow", "nosymfollow")]
    [InlineData("nolazytime", "lazytime")]
    [DiffersIn("crun", "an option that clears a flag does not take an earlier one back", Rows = ["atime", "exec", "rw", "symfollow", "dev", "diratime", "suid", "async"])]
    public void AFlagIsClearedByALaterOption(string option, string cleared)
    {
        var mount = Tmpfs(cleared, option);
        Assert.DoesNotContain(cleared, mount["options"].List.Concat(mount["super"].List));
    }

    [Properties]
    [InlineData("defaults")]
    [InlineData("nomand")]
    [InlineData("silent")]
    [InlineData("loud")]
    [InlineData("noiversion")]
    [InlineData("norelatime")]
    [InlineData("nostrictatime")]
    [DiffersIn("crun", "hands it to the file system as data", Rows = ["noiversion", "loud", "silent"])]
    [DiffersIn("runc", "hands it to the file system as data", Rows = ["defaults"])]
    public void AnOptionWithoutAVisibleFlagIsTaken(string option)
    {
        Assert.Contains("rw", Tmpfs(option)["options"].List);
    }

    [Property]
    public void StrictatimeClearsTheOthers()
    {
        var options = Tmpfs("strictatime")["options"].List;
        Assert.DoesNotContain("relatime", options);
        Assert.DoesNotContain("noatime", options);
    }

    [Properties]
    [InlineData("ro")]
    [InlineData("nosuid")]
    [InlineData("nodev")]
    [InlineData("noexec")]
    [InlineData("noatime")]
    [InlineData("nodiratime")]
    [InlineData("nosymfollow")]
    [DiffersIn("crun", "1.8 does not know it", Rows = ["nosymfollow"])]
    public void ABindMountHasAFlagOfItsOwn(string option)
    {
        using var container = new Container();
        container.MakeFolder("source");
        container.Mount($$"""{ "destination": "/mnt", "type": "bind", "source": "{{container.Folder}}/source", "options": [ "bind", "{{option}}" ] }""");
        Assert.Contains(option, container.Ask("mountinfo")["mountinfo"].MountAt("/mnt")["options"].List);
    }

    [Property]
    [DiffersIn("crun", "a flag in the options takes away those of the source that are not named")]
    [DiffersIn("runc", "1.1 does so in a user namespace only; otherwise a flag in the options takes away those of the source that are not named")]
    public void ABindMountKeepsTheFlagsOfItsSource()
    {
        using var container = new Container();
        var source = HostMount.Tmpfs(Path.Combine(container.Folder, "source"));
        Programs.Run("mount", ["-o", "remount,bind,nosuid,nodev,noexec", source]).Succeeded();
        container.Mount($$"""{ "destination": "/mnt", "type": "bind", "source": "{{source}}", "options": [ "bind", "ro" ] }""");
        Assert.Subset(container.Ask("mountinfo")["mountinfo"].MountAt("/mnt")["options"].List.ToHashSet(), new HashSet<string>(["ro", "nosuid", "nodev", "noexec"]));
    }

    [Property]
    public void WhatAFlagForbidsFails()
    {
        using var container = new Container();
        container.WriteFile("source/file");
        File.Copy(Programs.Probe, Path.Combine(container.Folder, "source/probe"));
        container.Mount($$"""{ "destination": "/ro", "type": "bind", "source": "{{container.Folder}}/source", "options": [ "bind", "ro" ] }""");
        container.Mount($$"""{ "destination": "/noexec", "type": "bind", "source": "{{container.Folder}}/source", "options": [ "bind", "noexec" ] }""");
        container.Mount("""{ "destination": "/nodev", "type": "tmpfs", "source": "tmpfs", "options": [ "nodev" ] }""");
        var seen = container.Ask("create:/ro/new", "write:/ro/file=x", "exec:/noexec/probe", "exec:/ro/probe", "mknod:/nodev/null,c,1,3", "open:r:/nodev/null");
        Assert.Equal("EROFS", seen["create:/ro/new"].Error);
        Assert.Equal("EROFS", seen["write:/ro/file=x"].Error);
        Assert.Equal("EACCES", seen["exec:/noexec/probe"].Error);
        Assert.Equal(0, seen["exec:/ro/probe"]["exit"].Number);
        Assert.Equal("EACCES", seen["open:r:/nodev/null"].Error);
    }

    [Property]
    public void AReadOnlyRecursiveBindIsNotReadOnlyBelow()
    {
        var (top, below) = Recursive(["rbind", "ro"]);
        Assert.Contains("ro", top);
        Assert.Contains("rw", below);
    }

    [Properties]
    [InlineData("rro", "ro")]
    [InlineData("rnosuid", "nosuid")]
    [InlineData("rnodev", "nodev")]
    [InlineData("rnoexec", "noexec")]
    [InlineData("rnoatime", "noatime")]
    [InlineData("rnodiratime", "nodiratime")]
    [InlineData("rnosymfollow", "nosymfollow")]
    [DiffersIn("crun", "gives mount_setattr an access time without the mask it needs; 1.8 has no nosymfollow", Rows = ["rnoatime", "rnodiratime", "rnosymfollow"])]
    public void ARecursiveFlagIsSetBelowToo(string option, string seen)
    {
        var (top, below) = Recursive(["rbind", option]);
        Assert.Contains(seen, top);
        Assert.Contains(seen, below);
    }

    [Properties]
    [InlineData("rrw", "ro")]
    [InlineData("rsuid", "nosuid")]
    [InlineData("rdev", "nodev")]
    [InlineData("rexec", "noexec")]
    [InlineData("rdiratime", "nodiratime")]
    [InlineData("rsymfollow", "nosymfollow")]
    [DiffersIn("crun", "gives mount_setattr an access time without the mask it needs; 1.8 has no nosymfollow", Rows = ["rdiratime", "rsymfollow"])]
    public void ARecursiveFlagIsClearedBelowToo(string option, string cleared)
    {
        var (top, below) = Recursive(["rbind", option], cleared);
        Assert.DoesNotContain(cleared, top);
        Assert.DoesNotContain(cleared, below);
    }

    [Properties]
    [InlineData("rrelatime")]
    [InlineData("rstrictatime")]
    [InlineData("ratime")]
    [InlineData("rnorelatime")]
    [InlineData("rnostrictatime")]
    [DiffersIn("crun", "gives mount_setattr an access time without the mask it needs", Rows = ["rnostrictatime", "rstrictatime", "ratime"])]
    [DiffersIn("runc", "gives mount_setattr a cleared access time without the mask it needs", Rows = ["rnostrictatime", "ratime"])]
    public void ARecursiveAccessTimeIsTaken(string option)
    {
        var (top, below) = Recursive(["rbind", option]);
        Assert.DoesNotContain("noatime", top);
        Assert.Equal(option == "rstrictatime", !below.Contains("relatime"));
    }

    private static Answer Tmpfs(params string[] options)
    {
        using var container = new Container();
        container.Mount($$"""{ "destination": "/mnt", "type": "tmpfs", "source": "tmpfs", "options": [ {{string.Join(", ", options.Select(o => $"\"{o}\""))}} ] }""");
        return container.Ask("mountinfo")["mountinfo"].MountAt("/mnt");
    }

    // A folder with a mount in it, bound; the source's mounts may have a flag that is to be cleared.
    private static (string[] Top, string[] Below) Recursive(string[] options, string? sourceFlag = null)
    {
        using var container = new Container();
        var source = HostMount.Tmpfs(Path.Combine(container.Folder, "source"));
        var below = HostMount.Tmpfs(Path.Combine(source, "below"));
        if (sourceFlag is not null)
            foreach (var point in (string[])[source, below]) Programs.Run("mount", ["-o", "remount,bind," + sourceFlag, point]).Succeeded();
        container.Mount($$"""{ "destination": "/mnt", "type": "bind", "source": "{{source}}", "options": [ {{string.Join(", ", options.Select(o => $"\"{o}\""))}} ] }""");
        var mounts = container.Ask("mountinfo")["mountinfo"];
        return (mounts.MountAt("/mnt")["options"].List, mounts.MountAt("/mnt/below")["options"].List);
    }
}
