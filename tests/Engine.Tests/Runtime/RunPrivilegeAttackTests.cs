using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Runtime;

namespace ContainerPS.Engine.Tests.Runtime;

/// <summary>Known attacks by kernel parameters, files that pass for /proc, capabilities and groups.</summary>
public sealed class RunPrivilegeAttackTests : IDisposable
{
    private readonly string _corePattern = File.ReadAllText("/proc/sys/kernel/core_pattern");

    public void Dispose() => Assert.Equal(_corePattern, File.ReadAllText("/proc/sys/kernel/core_pattern"));

    // CVE-2022-0811: what follows a value must not become another parameter.
    [Theory]
    [InlineData("kernel.shm_rmid_forced", "1\nkernel.core_pattern=|/x")]
    [InlineData("kernel.msgmax", "8192 kernel.core_pattern=x")]
    [InlineData("kernel/core_pattern", "|/x")]
    [InlineData("kernel.core_pattern/", "|/x")]
    [InlineData("net.ipv4/../../kernel/core_pattern", "|/x")]
    [InlineData("net/ipv4/../../kernel/core_pattern", "|/x")]
    [InlineData("/kernel/core_pattern", "|/x")]
    [InlineData("net.ipv4.ip_forward=1+kernel.core_pattern", "|/x")]
    [InlineData("kernel.modprobe", "/x")]
    [InlineData("fs.mqueue.../kernel/core_pattern", "|/x")]
    public void KernelParameterOfTheMachineIsOutOfReach(string key, string value)
    {
        using var container = new TestContainer("true");
        container.Spec.Linux!.Sysctl = new() { [key] = value };
        var result = container.Run();

        // The kernel itself ignores what follows some numbers; that it is not obeyed is seen at the end.
        Assert.True(result.ExitCode == 1 || key is "kernel.shm_rmid_forced" or "kernel.msgmax", result.Errors);
        Assert.Empty(container.CgroupDirectories());
    }

    // CVE-2019-16884, CVE-2019-19921, CVE-2023-27561, CVE-2023-28642, CVE-2025-52881: an image that brings a /proc of its own.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void FilesThatPassForProcAreNotWritten(bool asLink)
    {
        using var container = new TestContainer("sleep", "60");
        var proc = Path.Combine(container.Rootfs, asLink ? "elsewhere" : "proc");
        string[] planted = ["self/oom_score_adj", "1/oom_score_adj", "self/attr/exec", "1/attr/exec", "self/attr/apparmor/exec", "sys/net/ipv4/ip_forward", "thread-self/attr/exec"];
        foreach (var file in planted)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(proc, file))!);
            File.WriteAllText(Path.Combine(proc, file), "planted");
        }

        if (asLink)
        {
            Directory.Delete(Path.Combine(container.Rootfs, "proc"));
            File.CreateSymbolicLink(Path.Combine(container.Rootfs, "proc"), "elsewhere");
        }

        container.Spec.Mounts!.RemoveAll(m => m.Destination == "/proc");
        (container.Spec.Linux!.MaskedPaths, container.Spec.Linux.ReadonlyPaths) = (null, null);
        container.Spec.Linux.Sysctl = new() { ["net.ipv4.ip_forward"] = "1" };
        container.Spec.Process!.OomScoreAdj = 444;
        container.RunDetached();
        var pid = container.State().Pid;
        Assert.Equal("444", File.ReadAllText($"/proc/{pid}/oom_score_adj").Trim());
        Assert.Equal("1", RuncsProgram.Run("/usr/bin/nsenter", ["-t", $"{pid}", "-n", "cat", "/proc/sys/net/ipv4/ip_forward"]).Output.Trim());
        Assert.All(planted, file => Assert.Equal("planted", File.ReadAllText(Path.Combine(proc, file))));
    }

    // CVE-2022-24769, CVE-2022-29162: what is inheritable comes back with the next file that has capabilities.
    [Fact]
    public void NothingIsInheritable()
    {
        const string script = "grep -E '^Cap(Inh|Prm|Eff|Amb)' /proc/self/status";
        using var container = new TestContainer("sleep", "60");
        Assert.Equal("CapInh:\t0000000000000000", container.Shell(script).Lines[0]);
        container.Spec.Process!.Args = ["sleep", "60"];
        container.RunDetached();
        Assert.Equal("CapInh:\t0000000000000000", container.Exec("sh", "-c", script).Lines[0]);
        Assert.Equal("CapInh:\t0000000000000000", container.Exec("--cap", "CAP_NET_ADMIN", "sh", "-c", script).Lines[0]);
        var user = container.Exec("--user", "1000:1000", "sh", "-c", script).Lines;
        Assert.Equal(["CapInh:\t0000000000000000", "CapPrm:\t0000000000000000", "CapEff:\t0000000000000000", "CapAmb:\t0000000000000000"], user);
    }

    // CVE-2022-36109: groups of whoever starts the runtime, or of the container's first process, are not those of another user.
    [Fact]
    public void GroupsAreThoseAskedAndNoOthers()
    {
        using var container = new TestContainer("sleep", "60");
        container.Spec.Process!.User = new() { Uid = 5, Gid = 6, AdditionalGids = [70, 80] };
        container.RunDetached();
        var groups = File.ReadLines($"/proc/{container.State().Pid}/status").First(l => l.StartsWith("Groups:", StringComparison.Ordinal));
        Assert.Equal("Groups:\t70 80", groups.TrimEnd());
        Assert.Equal("Uid:9 Gid:0 Groups:", Ids("--user", "9"));
        Assert.Equal("Uid:9 Gid:10 Groups:", Ids("--user", "9:10"));
        Assert.Equal("Uid:9 Gid:10 Groups:90", Ids("--user", "9:10", "--additional-gids", "90"));
        string Ids(params string[] options) =>
            string.Join(' ', container.Exec([.. options, "grep", "-E", "^(Uid|Gid|Groups):", "/proc/self/status"]).Lines.Select(l => string.Join(null, l.Split('\t')[..2]).Trim()));
    }

    // CVE-2016-3697 and its like: nothing odd may become root.
    [Theory]
    [InlineData("1000:")]
    [InlineData(":5")]
    [InlineData("0x0")]
    [InlineData("-1")]
    [InlineData("+0")]
    [InlineData("4294967295")]
    [InlineData("4294967296")]
    [InlineData("1:2:3")]
    [InlineData(" 0")]
    public void MalformedUserIsRefused(string user)
    {
        using var container = new TestContainer("sleep", "60");
        container.RunDetached();
        var result = container.Exec("--user", user, "true");
        Assert.NotEqual(0, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.Contains("--user", result.Errors);
    }

    public static TheoryData<string, Action<RuntimeSpec>> Refused => new()
    {
        { "linux.personality.flags", s => s.Linux!.Personality = new() { Domain = "LINUX", Flags = ["ADDR_NO_RANDOMIZE"] } },
        { "linux.personality.domain", s => s.Linux!.Personality = new() { Domain = "BSD" } },
        { "linux.intelRdt", s => s.Linux!.IntelRdt = new() { ClosId = "x" } },
        { "process.consoleSize", s => (s.Process!.Terminal, s.Process.ConsoleSize) = (true, new() { Height = 70000, Width = 1 }) },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void WhatCannotBeGivenIsRefusedByName(string field, Action<RuntimeSpec> change) => IsRefused(field, change);

    [Fact]
    public void LabelsOfModulesThatTheKernelHasNotAreRefused()
    {
        // Where the kernel has the module, a label that no policy has is refused by the kernel, and named as well.
        IsRefused("process.apparmorProfile", s => s.Process!.ApparmorProfile = "no-such-profile");
        IsRefused("process.selinuxLabel", s => s.Process!.SelinuxLabel = "no:such:label:s0");
        if (!LabelPlanner.HasSelinux) IsRefused("linux.mountLabel", s => s.Linux!.MountLabel = "no:such:label:s0");
    }

    private static void IsRefused(string field, Action<RuntimeSpec> change)
    {
        using var container = new TestContainer("true");
        change(container.Spec);
        var result = container.Run();
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(field, result.Errors);
        Assert.Empty(container.CgroupDirectories());
        Assert.False(Directory.Exists(Path.Combine(container.StateRoot, container.Id)));
    }
}
