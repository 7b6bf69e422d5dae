using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Tests.Runtime;

/// <summary>Cgroups of an ordinary user's containers: with a tree of v2 delegated, and without.</summary>
public sealed class RootlessCgroupTests
{
    private const int User = 54321;

    [Fact]
    public void WithoutDelegationThereIsAWarningAndNoCgroup()
    {
        using var container = Rootless("sh", "-c", "echo ran");
        var log = Path.Combine(container.Folder, "log");
        var result = RunAsUser(container, "--log", log, "run", "--bundle", container.WriteSpec(), container.Id);
        Assert.True(result.ExitCode == 0, result.Errors);
        Assert.Equal("ran\n", result.Output);
        Assert.Single(File.ReadAllLines(log), line => line.Contains("has no cgroup"));
    }

    [Fact]
    public void LimitsWithoutDelegationAreRefused()
    {
        using var container = Rootless("true");
        container.Spec.Linux!.Resources!.Memory = new() { Limit = 64 << 20 };
        var result = RunAsUser(container, "run", "--bundle", container.WriteSpec(), container.Id);
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("linux.resources.memory.limit", result.Errors);
        container.Spec.Linux.Resources.Memory = null;
        container.Spec.Linux.CgroupsPath = "/containerps/not-mine";
        result = RunAsUser(container, "run", "--bundle", container.WriteSpec(), container.Id);
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("linux.cgroupsPath", result.Errors);
    }

    [Fact]
    public void ContainerWithoutACgroupIsListedAndKilled()
    {
        using var container = Rootless("sh", "-c", "sleep 61 & sleep 62; true");
        StartAsUser(container, container.WriteSpec());
        while (RunAsUser(container, "ps", "--format", "json", container.Id).Output.Split(',').Length < 3);
        Assert.Contains("no cgroup", RunAsUser(container, "pause", container.Id).Errors);
        Assert.Equal("true", RunAsUser(container, "exec", container.Id, "echo", "true").Output.Trim());
        Assert.Equal(0, RunAsUser(container, "kill", "--all", container.Id, "KILL").ExitCode);
        Assert.Equal(0, RunAsUser(container, "delete", "--force", container.Id).ExitCode);
    }

    [Fact]
    public void DelegatedTreeIsUsed()
    {
        var mount = Engine.Cgroups.CgroupMounts.Detect().Unified;
        if (mount is null) return; // the machine has no v2
        var tree = $"{mount}/containerps/test-user-{Guid.NewGuid():n}";
        Directory.CreateDirectory(tree + "/session");
        RuncsProgram.Run("/bin/chown", [$"{User}", tree, tree + "/cgroup.procs", tree + "/cgroup.subtree_control", tree + "/session", tree + "/session/cgroup.procs"]);
        try
        {
            using var container = Rootless("sleep", "60");
            StartAsUser(container, container.WriteSpec(), tree + "/session");
            Assert.True(Directory.Exists($"{tree}/containerps-{container.Id}"));
            Assert.Equal(0, RunAsUser(container, "pause", container.Id).ExitCode);
            Assert.Contains("\"paused\"", RunAsUser(container, "state", container.Id).Output);
            Assert.Equal(0, RunAsUser(container, "resume", container.Id).ExitCode);
            var stats = RunAsUser(container, "events", "--stats", container.Id);
            Assert.True(stats.ExitCode == 0, stats.Errors);
            Assert.Equal(0, RunAsUser(container, "delete", "--force", container.Id).ExitCode);
            Assert.False(Directory.Exists($"{tree}/containerps-{container.Id}"));
        }
        finally
        {
            Engine.Cgroups.CgroupTree.Remove(tree);
        }
    }

    private static TestContainer Rootless(params string[] arguments)
    {
        var container = new TestContainer(arguments);
        container.Spec.Linux!.Namespaces!.Add(new LinuxNamespace { Type = "user" });
        container.Spec.Linux.UidMappings = [new() { HostId = User, Size = 1 }];
        container.Spec.Linux.GidMappings = [new() { HostId = User, Size = 1 }];
        container.Spec.Mounts!.RemoveAll(m => m.Type == "cgroup");
        foreach (var mount in container.Spec.Mounts!) mount.Options?.RemoveAll(option => option.StartsWith("gid=", StringComparison.Ordinal));

        // The program itself may lie where that user has no way to.
        File.Copy(RuncsProgram.Path, Path.Combine(container.Folder, "runcs"));
        RuncsProgram.Run("/bin/chown", ["-R", $"{User}:{User}", container.Folder]);
        return container;
    }

    private static RunResult RunAsUser(TestContainer container, params string[] arguments) =>
        RuncsProgram.Run("/usr/bin/setpriv", [.. Identity, Path.Combine(container.Folder, "runcs"), "--root", container.StateRoot, .. arguments]);

    private static string[] Identity => [$"--reuid={User}", $"--regid={User}", "--clear-groups"];

    private static void StartAsUser(TestContainer container, string bundle, string? cgroup = null)
    {
        var join = cgroup is null ? "" : $"echo $$ >{cgroup}/cgroup.procs; ";
        var result = RuncsProgram.Run("/bin/sh", ["-c", $"{join}exec setpriv {string.Join(' ', Identity)} '{container.Folder}/runcs' --root '{container.StateRoot}' run --detach --bundle '{bundle}' {container.Id} </dev/null >'{container.Folder}/out' 2>'{container.Folder}/err'"]);
        Assert.True(result.ExitCode == 0, File.ReadAllText(Path.Combine(container.Folder, "err")));
    }
}
