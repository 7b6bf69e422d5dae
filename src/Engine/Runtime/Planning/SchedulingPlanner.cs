using System.Globalization;
using System.Runtime.InteropServices;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Runtime;

/// <summary>Plans when and where a process runs: <c>process.scheduler</c>, <c>process.ioPriority</c> and, for exec, <c>process.execCPUAffinity</c>.</summary>
internal static unsafe class SchedulingPlanner
{
    /// <summary>CPUs are numbered below this.</summary>
    internal const int MaximumCpu = 8192;
    private static readonly string[] s_policies = ["SCHED_OTHER", "SCHED_FIFO", "SCHED_RR", "SCHED_BATCH", "SCHED_ISO", "SCHED_IDLE", "SCHED_DEADLINE"];

    // By the numbers of their bits (linux/sched.h).
    private static readonly string[] s_flags =
    [
        "SCHED_FLAG_RESET_ON_FORK", "SCHED_FLAG_RECLAIM", "SCHED_FLAG_DL_OVERRUN", "SCHED_FLAG_KEEP_POLICY", "SCHED_FLAG_KEEP_PARAMS",
        "SCHED_FLAG_UTIL_CLAMP_MIN", "SCHED_FLAG_UTIL_CLAMP_MAX",
    ];

    private static readonly string[] s_classes = ["IOPRIO_CLASS_RT", "IOPRIO_CLASS_BE", "IOPRIO_CLASS_IDLE"];

    /// <summary>Argument of sched_setattr (linux/sched/types.h, the first version).</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct SchedulerAttributes
    {
        internal uint Size, Policy;
        internal ulong Flags;
        internal int Nice;
        internal uint Priority;
        internal ulong Runtime, Deadline, Period;
    }

    /// <summary>Refuses what no kernel takes.</summary>
    internal static void Check(Process process, string field)
    {
        if (process.Scheduler is { } scheduler) Check(scheduler, $"{field}.scheduler");
        if (process.IoPriority is { } io)
        {
            if (Array.IndexOf(s_classes, io.Class) < 0) throw new InvalidSpecException($"{field}.ioPriority.class", $"'{io.Class}' must be one of {string.Join(", ", s_classes)}");
            if (io.Priority is < 0 or > 7) throw new InvalidSpecException($"{field}.ioPriority.priority", $"{io.Priority} must be 0 to 7");
        }

        if (process.ExecCPUAffinity is not { } affinity) return;
        _ = ParseCpus(affinity.Initial, $"{field}.execCPUAffinity.initial");
        _ = ParseCpus(affinity.Final, $"{field}.execCPUAffinity.final");
    }

    /// <summary>Plans scheduler and I/O priority; needs the caller's CAP_SYS_NICE where they are better than the usual ones.</summary>
    internal static void Plan(ChildPlan plan, Process process)
    {
        if (process.Scheduler is { } scheduler)
        {
            var data = (SchedulerAttributes*)plan.Arena.Allocate(sizeof(SchedulerAttributes));
            *data = new()
            {
                Size = (uint)sizeof(SchedulerAttributes),
                Policy = (uint)Array.IndexOf(s_policies, scheduler.Policy),
                Flags = FlagsOf(scheduler, "process.scheduler"),
                Nice = scheduler.Nice,
                Priority = (uint)scheduler.Priority,
                Runtime = scheduler.Runtime,
                Deadline = scheduler.Deadline,
                Period = scheduler.Period,
            };
            plan.Add(ChildStep.SetScheduler, $"process.scheduler {scheduler.Policy}", new() { Data = data });
        }

        if (process.IoPriority is { } io)
            plan.Add(ChildStep.SetIoPriority, $"process.ioPriority {io.Class}", new() { Flags = (ulong)((Array.IndexOf(s_classes, io.Class) + 1) << 13 | io.Priority) });
    }

    /// <summary>Plans one half of <c>execCPUAffinity</c>.</summary>
    internal static void PlanAffinity(ChildPlan plan, string? cpus, string field)
    {
        if (ParseCpus(cpus, field) is { } mask) plan.Add(ChildStep.SetAffinity, $"{field} {cpus}", new() { Data = plan.Arena.Copy<byte>(mask), Length = mask.Length });
    }

    private static void Check(Scheduler scheduler, string field)
    {
        var policy = Array.IndexOf(s_policies, scheduler.Policy);
        if (policy < 0) throw new InvalidSpecException($"{field}.policy", $"'{scheduler.Policy}' must be one of {string.Join(", ", s_policies)}");
        if (scheduler.Nice is < -20 or > 19) throw new InvalidSpecException($"{field}.nice", $"{scheduler.Nice} must be -20 to 19");
        if (scheduler.Policy is "SCHED_FIFO" or "SCHED_RR")
        {
            if (scheduler.Priority is < 1 or > 99) throw new InvalidSpecException($"{field}.priority", $"{scheduler.Priority} must be 1 to 99 with {scheduler.Policy}");
        }
        else if (scheduler.Priority != 0)
        {
            throw new InvalidSpecException($"{field}.priority", "is for SCHED_FIFO and SCHED_RR only");
        }

        if (scheduler.Policy != "SCHED_DEADLINE" && (scheduler.Runtime | scheduler.Deadline | scheduler.Period) != 0)
            throw new InvalidSpecException($"{field}.runtime, deadline, period", "are for SCHED_DEADLINE only");
        _ = FlagsOf(scheduler, field);
    }

    private static ulong FlagsOf(Scheduler scheduler, string field)
    {
        var flags = 0UL;
        for (var i = 0; i < (scheduler.Flags?.Count ?? 0); i++)
        {
            var bit = Array.IndexOf(s_flags, scheduler.Flags![i]);
            if (bit < 0)
            {
                var item = string.Create(CultureInfo.InvariantCulture, $"{field}.flags[{i}]");
                throw new InvalidSpecException(item, $"'{scheduler.Flags[i]}' must be one of {string.Join(", ", s_flags)}");
            }

            flags |= 1UL << bit;
        }

        return flags;
    }

    /// <summary>A list such as <c>0-3,7</c> as a mask; null when there is none.</summary>
    internal static byte[]? ParseCpus(string? list, string field)
    {
        if (string.IsNullOrEmpty(list)) return null;
        var mask = new byte[8];
        foreach (var part in list.Split(','))
        {
            var dash = part.IndexOf('-');
            if (!TryCpu(dash < 0 ? part : part[..dash], out var first) || !TryCpu(dash < 0 ? part : part[(dash + 1)..], out var last) || last < first)
                throw new InvalidSpecException(field, $"'{list}' must be a list of CPUs below {MaximumCpu}, such as 0-3,7");
            if (last / 8 >= mask.Length) Array.Resize(ref mask, (last / 64 + 1) * 8);
            for (var cpu = first; cpu <= last; cpu++) mask[cpu / 8] |= (byte)(1 << cpu % 8);
        }

        return mask;
    }

    private static bool TryCpu(string text, out int cpu) => int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out cpu) && cpu < MaximumCpu;
}
