using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Tests.Runtime;

/// <summary>Scheduler, I/O priority and CPU affinity of a container's processes, as the kernel tells them.</summary>
public sealed class SchedulingTests
{
    [Theory]
    [InlineData("SCHED_OTHER", 5, 0, 0)]
    [InlineData("SCHED_BATCH", 3, 0, 3)]
    [InlineData("SCHED_IDLE", 0, 0, 5)]
    [InlineData("SCHED_FIFO", 0, 7, 1)]
    [InlineData("SCHED_RR", 0, 8, 2)]
    public void SchedulerIsThatAsked(string policy, int nice, int priority, int number)
    {
        using var container = new TestContainer();
        container.Spec.Process!.Scheduler = new() { Policy = policy, Nice = nice, Priority = priority, Flags = ["SCHED_FLAG_RESET_ON_FORK"] };

        // Fields 19, 40 and 41 of man 5 proc_pid_stat: nice, real-time priority, policy.
        var result = container.Shell("read line </proc/1/stat; set -- ${line##*) }; echo ${17} ${38} ${39}");
        if (priority > 0 && File.Exists("/sys/fs/cgroup/cpu/cpu.rt_runtime_us") && result.ExitCode != 0)
        {
            // Kernels that share out real-time by cgroup give a new one none.
            Assert.Contains($"set scheduler 'process.scheduler {policy}': EPERM", result.Errors);
            Assert.Contains("realtimeRuntime", result.Errors);
            return;
        }

        Assert.Equal($"{nice} {priority} {number}\n", result.Output);
    }

    [Fact]
    public void DeadlineIsThatAsked()
    {
        using var container = new TestContainer();
        container.Spec.Process!.Scheduler = new() { Policy = "SCHED_DEADLINE", Runtime = 10_000_000, Deadline = 50_000_000, Period = 100_000_000, Flags = ["SCHED_FLAG_RESET_ON_FORK"] };
        var result = container.Shell("read line </proc/1/stat; set -- ${line##*) }; echo ${39}");
        Assert.True(result.Output == "6\n" || result.Errors.Contains("set scheduler 'process.scheduler SCHED_DEADLINE'", StringComparison.Ordinal), result.Errors);
    }

    [Fact]
    public void IoPriorityIsThatAsked()
    {
        using var container = new TestContainer("sleep", "60");
        container.Spec.Process!.IoPriority = new() { Class = "IOPRIO_CLASS_IDLE", Priority = 0 };
        container.RunDetached();
        Assert.Equal("idle", RuncsProgram.Run("/usr/bin/ionice", ["-p", $"{container.State().Pid}"]).Output.Trim());

        using var second = new TestContainer("sleep", "60");
        second.Spec.Process!.IoPriority = new() { Class = "IOPRIO_CLASS_BE", Priority = 6 };
        second.RunDetached();
        Assert.Equal("best-effort: prio 6", RuncsProgram.Run("/usr/bin/ionice", ["-p", $"{second.State().Pid}"]).Output.Trim());
    }

    [Fact]
    public void AffinityIsForExecAlone()
    {
        using var container = new TestContainer("sleep", "60");
        container.Spec.Process!.ExecCPUAffinity = new() { Initial = "0", Final = "0" };
        container.RunDetached();
        const string file = "/proc/self/status";
        var all = File.ReadLines(file).First(l => l.StartsWith("Cpus_allowed_list:", StringComparison.Ordinal));
        Assert.Contains(all, File.ReadLines($"/proc/{container.State().Pid}/status"));
        Assert.Equal("Cpus_allowed_list:\t0\n", container.Exec("grep", "Cpus_allowed_list", file).Output);

        var document = Path.Combine(container.Folder, "process.json");
        File.WriteAllText(document, """{"args":["grep","Cpus_allowed_list","/proc/self/status"],"cwd":"/","env":["PATH=/bin"],"execCPUAffinity":{"initial":"0"}}""");
        Assert.Equal("Cpus_allowed_list:\t0\n", container.Exec("--process", document).Output);
        File.WriteAllText(document, """{"args":["true"],"cwd":"/","env":["PATH=/bin"],"execCPUAffinity":{"final":"8000"}}""");
        var result = container.Exec("--process", document);
        Assert.Equal(255, result.ExitCode);
        Assert.Contains("execCPUAffinity.final 8000", result.Errors);
    }

    public static TheoryData<string, Action<Process>> Refused => new()
    {
        { "process.scheduler.policy", p => p.Scheduler = new() },
        { "process.scheduler.policy", p => p.Scheduler = new() { Policy = "SCHED_NONE" } },
        { "process.scheduler.nice", p => p.Scheduler = new() { Policy = "SCHED_OTHER", Nice = 20 } },
        { "process.scheduler.priority", p => p.Scheduler = new() { Policy = "SCHED_OTHER", Priority = 1 } },
        { "process.scheduler.priority", p => p.Scheduler = new() { Policy = "SCHED_FIFO", Priority = 100 } },
        { "process.scheduler.runtime", p => p.Scheduler = new() { Policy = "SCHED_RR", Priority = 1, Period = 5 } },
        { "process.scheduler.flags[0]", p => p.Scheduler = new() { Policy = "SCHED_OTHER", Flags = ["ODD"] } },
        { "process.ioPriority.class", p => p.IoPriority = new() { Priority = 1 } },
        { "process.ioPriority.priority", p => p.IoPriority = new() { Class = "IOPRIO_CLASS_RT", Priority = 8 } },
        { "process.execCPUAffinity.initial", p => p.ExecCPUAffinity = new() { Initial = "0-" } },
        { "process.execCPUAffinity.final", p => p.ExecCPUAffinity = new() { Final = "3-1" } },
        { "process.execCPUAffinity.final", p => p.ExecCPUAffinity = new() { Final = "99999" } },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void FieldIsNamed(string field, Action<Process> change)
    {
        using var container = new TestContainer("true");
        change(container.Spec.Process!);
        var result = container.Run();
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(field, result.Errors);
        Assert.Empty(container.CgroupDirectories());
    }
}
