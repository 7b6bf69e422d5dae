using ProcessStartInfo = System.Diagnostics.ProcessStartInfo;
using ContainerPS.Engine.Cgroups;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Tests.Cgroups;

public sealed class DeviceRulesTests
{
    [Theory]
    [InlineData(null, null, null, null, "a")]
    [InlineData("c", 1L, 3L, "rw", "c 1:3 rw")]
    [InlineData("b", 8L, null, null, "b 8:* rwm")]
    [InlineData("c", -1L, 5L, "m", "c *:5 m")]
    public void TextIsVersionOnes(string? type, long? major, long? minor, string? access, string text) =>
        Assert.Equal(text, DeviceRules.ToText(new() { Type = type, Major = major, Minor = minor, Access = access }));

    [Theory]
    [InlineData("x", "r")]
    [InlineData("c", "rx")]
    public void OddRulesAreRefused(string type, string access) => Assert.Throws<InvalidSpecException>(() => DeviceRules.ToText(new() { Type = type, Access = access }));

    [Fact]
    public void AllowingEverythingAtTheEndIsEverything()
    {
        var rules = DeviceRules.Complete([new() { Allow = true, Access = "rwm" }]);
        Assert.Equal(2, rules.Count);
        Assert.Equal(8, DeviceFilter.Compile(rules).Length);
    }

    [Fact]
    public void FilterHoldsInTheKernel()
    {
        var mounts = CgroupMounts.Detect();
        if (mounts.Unified is null) return;
        var path = "/containerps/test-" + Guid.NewGuid().ToString("n")[..12];
        var directory = mounts.Unified + path;
        CgroupTree.Make(mounts.Unified, path, null);
        try
        {
            DeviceFilter.Attach(directory, DeviceRules.Complete([new() { Allow = false, Access = "rwm" }]));
            Assert.Equal(["null", "zero"], Readable(directory));
            DeviceFilter.Attach(directory, DeviceRules.Complete([new() { Allow = true, Type = "c", Major = 1, Minor = 11, Access = "r" }]));
            Assert.Equal(["null", "zero", "kmsg"], Readable(directory));
            DeviceFilter.Attach(directory, DeviceRules.Complete([new() { Allow = true, Type = "c", Major = 1, Access = "rw" }, new() { Allow = false, Type = "c", Major = 1, Minor = 11, Access = "w" }]));
            Assert.Equal(["null", "zero", "kmsg"], Readable(directory));
            DeviceFilter.Attach(directory, DeviceRules.Complete([new() { Allow = true }, new() { Allow = false, Type = "c", Major = 1, Minor = 11, Access = "r" }]));
            Assert.Equal(["null", "zero"], Readable(directory));
            DeviceFilter.Attach(directory, DeviceRules.Complete([new LinuxDeviceCgroup { Allow = true, Access = "rwm" }]));
            Assert.Equal(["null", "zero", "kmsg"], Readable(directory));
        }
        finally
        {
            CgroupTree.Remove(directory);
        }
    }

    [Fact]
    public void UpdateOfVersionOneTakesNothingAwayMeanwhile()
    {
        var current = DeviceList.Parse("c 1:3 rwm\nc 1:5 rwm\nb *:* m\nc 10:200 rw\n");
        var target = DeviceList.Of([new() { Allow = false }, new() { Allow = true, Type = "c", Major = 1, Minor = 3 }, new() { Allow = true, Type = "c", Major = 10, Minor = 200, Access = "r" }, new() { Allow = true, Type = "c", Major = 1, Access = "r" }, new() { Allow = false, Type = "c", Major = 1, Minor = 3, Access = "m" }]);
        Assert.Equal(["allow c 1:* r", "deny c 1:3 m", "deny c 1:5 rwm", "deny b *:* m", "deny c 10:200 w"], current.StepsTo(target)!.Select(r => (r.Allow ? "allow " : "deny ") + DeviceRules.ToText(r)));
        Assert.Null(DeviceList.Parse("a *:* rwm\n").StepsTo(target));
        Assert.Null(current.StepsTo(DeviceList.Of([new() { Allow = true }])));
    }

    [Fact]
    public void RulesOfAUsedCgroupAreChanged()
    {
        var mounts = CgroupMounts.Detect();
        var cgroup = CgroupFactory.Make(mounts, "/containerps/test-" + Guid.NewGuid().ToString("n")[..12]);
        cgroup.Create(new() { Devices = [new() { Allow = false, Access = "rwm" }] });
        try
        {
            var directory = cgroup.Directories.GetValueOrDefault("devices") ?? cgroup.Directories[""];
            Directory.CreateDirectory(directory + "/inner");
            Assert.Equal(["null", "zero"], Readable(directory));
            cgroup.Apply(new() { Devices = [new() { Allow = false }, new() { Allow = true, Type = "c", Major = 1, Minor = 11, Access = "r" }] });
            Assert.Equal(["null", "zero", "kmsg"], Readable(directory));
            cgroup.Apply(new() { Devices = [new() { Allow = false }] });
            Assert.Equal(["null", "zero"], Readable(directory));
        }
        finally
        {
            cgroup.Delete();
        }
    }

    private static string[] Readable(string directory)
    {
        using var shell = System.Diagnostics.Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"echo $$ >{directory}/cgroup.procs; for d in null zero kmsg; do (: </dev/$d) 2>/dev/null && echo $d; done; true"]) { RedirectStandardOutput = true })!;
        var output = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        Assert.Equal(0, shell.ExitCode);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
