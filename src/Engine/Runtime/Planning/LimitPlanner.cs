using System.Globalization;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Runtime;

/// <summary>Plans resource limits and the preference of the out-of-memory killer; what needs a capability the caller lacks is given as far as possible.</summary>
internal static unsafe class LimitPlanner
{
    private const int CAP_SYS_RESOURCE = 24;

    private static readonly string[] s_names =
    [
        "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_DATA", "RLIMIT_STACK", "RLIMIT_CORE", "RLIMIT_RSS", "RLIMIT_NPROC", "RLIMIT_NOFILE", "RLIMIT_MEMLOCK", "RLIMIT_AS",
        "RLIMIT_LOCKS", "RLIMIT_SIGPENDING", "RLIMIT_MSGQUEUE", "RLIMIT_NICE", "RLIMIT_RTPRIO", "RLIMIT_RTTIME",
    ];

    /// <summary>Plans <c>process.rlimits</c>.</summary>
    internal static void Plan(ChildPlan plan, List<Rlimit>? limits, bool hasUserNamespace)
    {
        var mayRaise = !hasUserNamespace && CapabilityPlanner.CallerHas(CAP_SYS_RESOURCE);
        var seen = 0u;
        for (var i = 0; i < (limits?.Count ?? 0); i++)
        {
            var limit = limits![i];
            var field = string.Create(CultureInfo.InvariantCulture, $"process.rlimits[{i}]");
            var number = limit.Type is null ? -1 : Array.IndexOf(s_names, limit.Type);
            if (number < 0) throw new InvalidSpecException($"{field}.type", $"'{limit.Type}' is not a resource limit, such as RLIMIT_NOFILE");
            if ((seen & (1u << number)) != 0) throw new InvalidSpecException($"{field}.type", $"'{limit.Type}' is listed twice");
            if (limit.Soft > limit.Hard) throw new InvalidSpecException($"{field}.soft", $"{limit.Soft} must not be above the hard limit {limit.Hard}");
            seen |= 1u << number;
            var hard = limit.Hard;
            Syscall.rlimit64 current;
            if (Syscall.prlimit64(0, number, null, &current) >= 0 && hard > current.rlim_max && !mayRaise)
            {
                hard = current.rlim_max;
                plan.Warnings.Add($"{(hasUserNamespace ? "A user namespace has no" : "The caller lacks")} CAP_SYS_RESOURCE; {limit.Type} is {hard}, not {limit.Hard}.");
            }

            var data = (Syscall.rlimit64*)plan.Arena.Allocate(sizeof(Syscall.rlimit64));
            *data = new() { rlim_cur = Math.Min(limit.Soft, hard), rlim_max = hard };
            plan.Field = field;
            plan.Add(ChildStep.SetLimit, limit.Type!, new() { Fd = number, Data = data });
        }

        plan.Field = null;
    }

    /// <summary>Plans <c>process.oomScoreAdj</c>; runs before the container's tree is in reach.</summary>
    internal static void PlanOomScore(ChildPlan plan, int? score)
    {
        if (score is not { } value) return;
        if (value is < -1000 or > 1000) throw new InvalidSpecException("process.oomScoreAdj", $"{value} must be -1000 to 1000");
        var current = int.Parse(File.ReadAllText("/proc/self/oom_score_adj").AsSpan().Trim(), CultureInfo.InvariantCulture);
        if (value == current) return;
        if (value < current && !CapabilityPlanner.CallerHas(CAP_SYS_RESOURCE))
        {
            plan.Warnings.Add($"The caller lacks CAP_SYS_RESOURCE; the oom score adjustment is {current}, not {value}.");
            return;
        }

        var text = value.ToString(CultureInfo.InvariantCulture);
        plan.Add(ChildStep.WriteProcFile, "/proc/self/oom_score_adj", new() { Path = plan.Text("/proc/self/oom_score_adj"), Text = plan.Text(text), Length = text.Length });
    }
}
