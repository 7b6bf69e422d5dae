namespace ContainerPS.Engine.Tests.Runtime;

/// <summary>Known attacks on runtimes, tried: each has to fail and to leave the machine as it was.</summary>
public sealed class RunAttackTests : IDisposable
{
    private readonly string _canary = Directory.CreateTempSubdirectory("runcs-canary-").FullName;
    private readonly string _corePattern = File.ReadAllText("/proc/sys/kernel/core_pattern");

    public RunAttackTests() => File.WriteAllText(Path.Combine(_canary, "f"), "safe");

    public void Dispose()
    {
        Assert.Equal(["f"], Directory.GetFileSystemEntries(_canary).Select(Path.GetFileName));
        Assert.Equal("safe", File.ReadAllText(Path.Combine(_canary, "f")));
        Assert.Equal(_corePattern, File.ReadAllText("/proc/sys/kernel/core_pattern"));
        Directory.Delete(_canary, recursive: true);
    }

    [Fact]
    public void WorkingDirectoryThroughADescriptorIsRefused()
    {
        using var container = new TestContainer("sh", "-c", "cat ../../../../etc/hostname; ls");
        Directory.CreateDirectory(Path.Combine(container.Rootfs, "link"));
        for (var fd = 3; fd < 30; fd++)
        {
            container.Spec.Process!.Cwd = $"/proc/self/fd/{fd}";
            var result = container.Run();
            Assert.NotEqual(0, result.ExitCode);
            Assert.Empty(result.Output);
            var link = Path.Combine(container.Rootfs, "cwd");
            File.Delete(link);
            File.CreateSymbolicLink(link, $"/proc/self/fd/{fd}");
            container.Spec.Process.Cwd = "/cwd";
            result = container.Run();
            Assert.NotEqual(0, result.ExitCode);
            Assert.Empty(result.Output);
        }
    }

    [Fact]
    public void WorkingDirectoryThroughADescriptorIsRefusedByExec()
    {
        using var container = new TestContainer("sleep", "60");
        container.RunDetached();
        for (var fd = 3; fd < 30; fd++)
        {
            var result = container.Exec("--cwd", $"/proc/self/fd/{fd}", "ls");
            Assert.NotEqual(0, result.ExitCode);
            Assert.Empty(result.Output);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void DevAsALinkDoesNotRedirectNodes(bool absolute)
    {
        using var container = new TestContainer("true");
        Directory.Delete(Path.Combine(container.Rootfs, "dev"));
        File.CreateSymbolicLink(Path.Combine(container.Rootfs, "dev"), absolute ? _canary : "../../../../../../../../.." + _canary);
        _ = container.Run();
        container.Spec.Mounts!.RemoveAll(m => m.Destination!.StartsWith("/dev", StringComparison.Ordinal));
        _ = container.Run();
    }

    [Fact]
    public void MaskIsTheNullDeviceWhateverTheImageHasThere()
    {
        using var container = new TestContainer();
        container.Spec.Mounts!.RemoveAll(m => m.Destination == "/dev");
        container.Spec.Linux!.MaskedPaths = ["/proc/kcore", "/proc/keys"];
        File.CreateSymbolicLink(Path.Combine(container.Rootfs, "dev/null"), "/proc/sys/kernel/core_pattern");
        var result = container.Shell("stat -c '%t:%T' /proc/keys; echo '|/evil' >/proc/keys");
        Assert.True(result.ExitCode != 0 || result.Lines[0] == "1:3");
    }

    [Fact]
    public void ConsoleDoesNotFollowALinkOfTheImage()
    {
        using var container = new TestContainer("true");
        container.Spec.Process!.Terminal = true;
        container.Spec.Mounts!.RemoveAll(m => m.Destination == "/dev");
        File.CreateSymbolicLink(Path.Combine(container.Rootfs, "dev/console"), _canary + "/f");
        var result = container.Run();
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("console", result.Errors);
    }

    [Theory]
    [InlineData("/proc", "tmpfs")]
    [InlineData("/proc/self/attr", "tmpfs")]
    [InlineData("/proc/sys/net", "tmpfs")]
    [InlineData("/x/../proc/self", "tmpfs")]
    [InlineData("/proc", "bind")]
    [InlineData("/link/self/attr", "tmpfs")]
    public void NothingIsMountedOverProc(string destination, string type)
    {
        using var container = new TestContainer("true");
        File.CreateSymbolicLink(Path.Combine(container.Rootfs, "link"), "proc");
        container.Spec.Mounts!.Add(new() { Destination = destination, Type = type, Source = _canary, Options = type == "bind" ? ["bind"] : null });
        container.Spec.Linux!.Sysctl = new() { ["net.ipv4.ip_forward"] = "1" };
        Assert.NotEqual(0, container.Run().ExitCode);
    }

    [Theory]
    [InlineData("proc")]
    [InlineData("sys")]
    public void ProcAndSysAsLinksAreRefused(string name)
    {
        using var container = new TestContainer("true");
        Directory.Delete(Path.Combine(container.Rootfs, name));
        Directory.CreateDirectory(Path.Combine(container.Rootfs, "elsewhere"));
        File.CreateSymbolicLink(Path.Combine(container.Rootfs, name), "elsewhere");
        var result = container.Run();
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("ELOOP", result.Errors);
    }

    [Theory]
    [InlineData("kernel.core_pattern", "x")]
    [InlineData("net/../kernel/core_pattern", "x")]
    [InlineData("net.ipv4..ip_forward", "1")]
    [InlineData("kernel.shm_rmid_forced", "1+kernel.core_pattern=|/x")]
    [InlineData("vm.swappiness", "1")]
    [InlineData("", "1")]
    public void KernelParametersOfTheMachineAreRefused(string key, string value)
    {
        using var container = new TestContainer("true");
        container.Spec.Linux!.Sysctl = new() { [key] = value };
        Assert.NotEqual(0, container.Run().ExitCode);
    }

    [Fact]
    public void MountTargetsThatAreLinksStayInTheRoot()
    {
        using var container = new TestContainer("true");
        File.CreateSymbolicLink(Path.Combine(container.Rootfs, "out"), _canary);
        container.Spec.Mounts!.Add(new() { Destination = "/out/made/here", Type = "tmpfs", Source = "tmpfs" });
        _ = container.Run();
        container.Spec.Mounts[^1].Destination = "/out";
        _ = container.Run();
    }
}
