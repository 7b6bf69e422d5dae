namespace ContainerPS.Conformance;

/// <summary>process.scheduler, ioPriority, execCPUAffinity and linux.personality.</summary>
public sealed class SchedulingTests
{
    [Properties]
    [InlineData("SCHED_OTHER", 5)]
    [InlineData("SCHED_BATCH", 7)]
    [InlineData("SCHED_IDLE", 0)]
    [DiffersIn("crun", "1.8 has no process.scheduler, which came with specification 1.1")]
    [DiffersIn("runc", "1.1 has no process.scheduler, which came with specification 1.1")]
    public void TheSchedulerIsSet(string policy, int nice)
    {
        using var container = new Container($$"""{ "process": { "scheduler": { "policy": "{{policy}}", "nice": {{nice}} } } }""");
        var seen = container.Ask("scheduler")["scheduler"];
        Assert.Equal(policy, seen["policy"].Text);
        // The kernel keeps the inherited one for SCHED_IDLE.
        if (policy != "SCHED_IDLE") Assert.Equal(nice, seen["nice"].Number);
    }

    [Property]
    [DiffersIn("crun", "1.8 has no process.scheduler")]
    [DiffersIn("runc", "1.1 has no process.scheduler")]
    public void SchedulerFlagsAreSet()
    {
        using var container = new Container("""{ "process": { "scheduler": { "policy": "SCHED_BATCH", "nice": 3, "flags": [ "SCHED_FLAG_RESET_ON_FORK" ] } } }""");
        Assert.Equal(1, container.Ask("scheduler")["scheduler"]["flags"].Number & 1);
    }

    [Property]
    [DiffersIn("crun", "1.8 has no process.scheduler")]
    [DiffersIn("runc", "1.1 has no process.scheduler")]
    public void AnUnknownPolicyIsRefused()
    {
        using var container = new Container("""{ "process": { "scheduler": { "policy": "SCHED_DREAM" } } }""");
        Assert.Contains("SCHED_DREAM", container.Run([]).Refused().Errors, StringComparison.Ordinal);
    }

    [Properties]
    [InlineData("IOPRIO_CLASS_BE", 6)]
    [InlineData("IOPRIO_CLASS_RT", 2)]
    [InlineData("IOPRIO_CLASS_IDLE", 0)]
    [DiffersIn("crun", "1.8 has no process.ioPriority, which came with specification 1.1")]
    [DiffersIn("runc", "1.1 has no process.ioPriority, which came with specification 1.1")]
    public void TheIoPriorityIsSet(string kind, int level)
    {
        using var container = new Container($$"""{ "process": { "ioPriority": { "class": "{{kind}}", "priority": {{level}} } } }""");
        var seen = container.Ask("iopriority")["iopriority"];
        Assert.Equal(kind, seen["class"].Text);
        Assert.Equal(level, seen["level"].Number);
    }

    [Property]
    [DiffersIn("crun", "1.8 has no process.ioPriority")]
    [DiffersIn("runc", "1.1 has no process.ioPriority")]
    public void AnUnknownIoPriorityIsRefused()
    {
        using var container = new Container("""{ "process": { "ioPriority": { "class": "IOPRIO_CLASS_DREAM", "priority": 0 } } }""");
        Assert.Contains("IOPRIO_CLASS_DREAM", container.Run([]).Refused().Errors, StringComparison.Ordinal);
    }

    [Property(Needs.TwoProcessors)]
    [DiffersIn("crun", "1.8 has no process.execCPUAffinity, which came with specification 1.2")]
    [DiffersIn("runc", "1.1 has no process.execCPUAffinity, which came with specification 1.2")]
    public void ExecutedProcessesHaveTheirOwnProcessors()
    {
        using var container = new Container("""{ "process": { "execCPUAffinity": { "initial": "0", "final": "1" } } }""");
        container.Start();
        Assert.Equal([1], container.AskExec([], "affinity")["affinity"].Numbers);
    }

    [Properties]
    [InlineData("LINUX", 0)]
    [InlineData("LINUX32", 8)]
    [DiffersIn("runc", "1.1 has no linux.personality", Rows = ["LINUX32"])]
    public void ThePersonalityIsSet(string domain, long seen)
    {
        using var container = new Container($$"""{ "linux": { "personality": { "domain": "{{domain}}" } } }""");
        var answers = container.Ask("personality", "names");
        Assert.Equal(seen, answers["personality"].Number);
        Assert.Equal(domain == "LINUX32" ? "i686" : "x86_64", answers["names"]["machine"].Text);
    }

    [Property]
    [DiffersIn("runc", "1.1 has no linux.personality")]
    public void AnUnknownPersonalityIsRefused()
    {
        using var container = new Container("""{ "linux": { "personality": { "domain": "SOLARIS" } } }""");
        container.Run([]).Refused();
    }
}
