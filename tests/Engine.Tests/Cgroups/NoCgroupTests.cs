using System.Diagnostics;
using ContainerPS.Engine.Cgroups;
using ContainerPS.Engine.Linux;

namespace ContainerPS.Engine.Tests.Cgroups;

/// <summary>What is done for a user who may not make cgroups.</summary>
public sealed class NoCgroupTests
{
    [Fact]
    public void LimitsAreRefusedAndTheRestIsWarnedOf()
    {
        var cgroup = new NoCgroup(0, 0);
        Assert.Equal("linux.resources.pids.limit", Assert.Throws<InvalidSpecException>(() => cgroup.Create(new() { Pids = new() { Limit = 5 } })).Field);
        cgroup.Create(new() { Devices = [new() { Allow = false }], Memory = new() { Limit = 0 } });
        Assert.Contains("device rules are not enforced", Assert.Single(cgroup.Warnings));
        Assert.Equal("NoCgroup", Assert.Throws<ContainerEngineException>(cgroup.Freeze).ErrorId);
        Assert.Throws<ContainerEngineException>(() => cgroup.Enter(Place("x")));
        using var entry = cgroup.Enter();
        Assert.Empty(entry.TaskFiles);
        Assert.Null(entry.Unified);
        Assert.Empty(cgroup.Processes());
        cgroup.Kill();
        cgroup.Delete();
    }

    [Theory]
    [InlineData("--pid --fork --kill-child")]
    [InlineData("")]
    public void ProcessesAreFoundAndKilled(string options)
    {
        // unshare's child is the first process when there is a pid namespace; itself otherwise.
        using var starter = Process.Start(new ProcessStartInfo("/usr/bin/unshare", [.. options.Split(' ', StringSplitOptions.RemoveEmptyEntries), "sh", "-c", "sleep 71 & sleep 72 & echo started; wait"]) { RedirectStandardOutput = true })!;
        Assert.Equal("started", starter.StandardOutput.ReadLine());
        var init = options.Length == 0 ? starter.Id : int.Parse(File.ReadAllText($"/proc/{starter.Id}/task/{starter.Id}/children").Trim(), System.Globalization.CultureInfo.InvariantCulture);
        var cgroup = CgroupFactory.Open("", init, ProcessIdentity.StartTime(init)!.Value);
        while (cgroup.Processes().Count != 3);
        Assert.Contains(init, cgroup.Processes());
        cgroup.Kill();
        Assert.True(starter.WaitForExit(60_000));
        Assert.Empty(cgroup.Processes());
    }

    [Fact]
    public void PlaceOfAUserIsWhereV2IsDelegated()
    {
        var mount = Directory.CreateTempSubdirectory("cgroup2-user-").FullName;
        try
        {
            Directory.CreateDirectory(mount + "/user/session");
            File.WriteAllText(mount + "/user/session/cgroup.procs", "");
            var mounts = CgroupMounts.Parse($"41 31 0:38 / {mount} rw - cgroup2 none rw\n");
            Assert.Equal("/user/session/containerps-x", RootlessCgroup.Make(mounts, "/user/session", "x", null).Path);
            File.WriteAllText(mount + "/user/cgroup.procs", "");
            Assert.Equal("/user/containerps-x", RootlessCgroup.Make(mounts, "/user/session", "x", null).Path);
            Assert.Equal("/user/y", RootlessCgroup.Make(mounts, "/user/session", "x", "y").Path);
            Assert.Equal("/user/pod/y", RootlessCgroup.Make(mounts, "/user/session", "x", "/user/pod/y").Path);
            Assert.Equal("", RootlessCgroup.Make(mounts, "/other", "x", null).Path);
            Assert.Contains("may not make", Assert.Throws<InvalidSpecException>(() => RootlessCgroup.Make(mounts, "/user/session", "x", "/elsewhere/y")).Message);
            Assert.Equal("", RootlessCgroup.Make(CgroupMounts.Parse(""), "/", "x", null).Path);
        }
        finally
        {
            Directory.Delete(mount, recursive: true);
        }
    }

    private static CgroupPlace Place(string path)
    {
        var place = new CgroupPlace();
        place.Add(path);
        return place;
    }
}
