using System.Globalization;
using System.Text;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Oci;
using Tmds.Linux;

namespace ContainerPS.Engine.Runtime;

/// <summary>Plans how the child comes into the container's namespaces (config-linux.md#namespaces; the diagrams above <see cref="ChildStep"/>).</summary>
internal static unsafe class NamespacePlanner
{
    /// <summary>Plans it; returns how the child is to be made for that.</summary>
    internal static LaunchTarget Plan(ChildPlan plan, Namespaces namespaces, LinuxSpec linux)
    {
        var joined = new List<(ulong Flag, string Path, int Fd)>();
        foreach (var (flag, path) in namespaces.Joined) joined.Add((flag, path, plan.Own(FileDescriptors.Open(path, LibC.O_RDONLY))));
        return namespaces.AreStaged ? PlanStaged(plan, namespaces, linux, joined) : PlanDirect(plan, namespaces, joined);
    }

    /// <summary>Plans that the process becomes the root of the user namespace it is in.</summary>
    internal static void PlanRoot(ChildPlan plan, Namespaces namespaces, LinuxSpec linux)
    {
        if (!namespaces.Has(Syscall.CLONE_NEWUSER)) return;
        var isNew = (namespaces.New & Syscall.CLONE_NEWUSER) != 0;
        plan.Add(ChildStep.BecomeRoot, "user namespace", new()
        {
            Flags = isNew ? IdMappings.RootOf(linux.UidMappings!) : 0,
            Length = isNew ? (nint)IdMappings.RootOf(linux.GidMappings!) : 0,
        });
    }

    /// <summary>All new namespaces at once, by the clone itself. The pid namespace to join is for the caller's next child.</summary>
    private static LaunchTarget PlanDirect(ChildPlan plan, Namespaces namespaces, List<(ulong Flag, string Path, int Fd)> joined)
    {
        var pid = -1;
        foreach (var (flag, path, fd) in joined)
        {
            if (flag == Syscall.CLONE_NEWPID) pid = fd;
            else if (flag != Syscall.CLONE_NEWNS) plan.Add(ChildStep.JoinNamespaces, path, new() { Fd = fd, Flags = flag });
        }

        PlanMountNamespace(plan, joined);
        return new LaunchTarget { Namespaces = namespaces.New & ~Syscall.CLONE_NEWCGROUP, PidNamespace = pid };
    }

    /// <summary>
    /// By a process between. What is joined is joined before its user namespace where that is allowed, and from inside otherwise: the
    /// caller may own what the namespace's root may not enter, and the other way round.
    /// </summary>
    private static LaunchTarget PlanStaged(ChildPlan plan, Namespaces namespaces, LinuxSpec linux, List<(ulong Flag, string Path, int Fd)> joined)
    {
        var hasUser = namespaces.Has(Syscall.CLONE_NEWUSER);
        PlanJoins(plan, joined, tryOnly: hasUser);
        foreach (var (flag, path, fd) in joined)
            if (flag == Syscall.CLONE_NEWUSER) plan.Add(ChildStep.JoinNamespaces, path, new() { Fd = fd, Flags = flag });
        if ((namespaces.New & Syscall.CLONE_NEWUSER) != 0) plan.Add(ChildStep.NewUserNamespace, "user namespace");
        if (hasUser) PlanJoins(plan, joined, tryOnly: false);
        if ((namespaces.New & Syscall.CLONE_NEWTIME) != 0) PlanClocks(plan, linux.TimeOffsets);
        PlanMountNamespace(plan, joined);
        plan.Add(ChildStep.HideFromDebuggers, "process");
        const ulong MadeBefore = Syscall.CLONE_NEWUSER | Syscall.CLONE_NEWTIME | Syscall.CLONE_NEWCGROUP;
        plan.Add(ChildStep.EnterNamespaces, "namespaces", new() { Flags = namespaces.New & ~MadeBefore });
        return new LaunchTarget { MapIds = pid => IdMappings.Write(pid, linux.UidMappings!, linux.GidMappings!) };
    }

    private static void PlanJoins(ChildPlan plan, List<(ulong Flag, string Path, int Fd)> joined, bool tryOnly)
    {
        foreach (var (flag, path, fd) in joined)
        {
            if (flag is not (Syscall.CLONE_NEWUSER or Syscall.CLONE_NEWNS))
                plan.Add(ChildStep.JoinNamespaces, path, new() { Fd = fd, Flags = flag, Length = tryOnly ? 1 : 0 });
        }
    }

    /// <summary>Last of all: from then on the caller's paths mean something else.</summary>
    private static void PlanMountNamespace(ChildPlan plan, List<(ulong Flag, string Path, int Fd)> joined)
    {
        foreach (var (flag, path, fd) in joined)
            if (flag == Syscall.CLONE_NEWNS) plan.Add(ChildStep.JoinNamespaces, path, new() { Fd = fd, Flags = flag });
    }

    private static void PlanClocks(ChildPlan plan, Dictionary<string, LinuxTimeOffset>? offsets)
    {
        var text = new StringBuilder();
        foreach (var (clock, offset) in offsets ?? [])
        {
            var field = $"linux.timeOffsets['{clock}']";
            if (clock is not ("monotonic" or "boottime")) throw new InvalidSpecException(field, "is not a clock of a time namespace: monotonic or boottime");
            if (offset.Nanosecs > 999_999_999) throw new InvalidSpecException($"{field}.nanosecs", $"{offset.Nanosecs} must be below 1000000000");
            text.Append(CultureInfo.InvariantCulture, $"{clock} {offset.Secs} {offset.Nanosecs}\n");
        }

        const string File = "/proc/self/timens_offsets";
        plan.Add(ChildStep.NewTimeNamespace, "linux.timeOffsets", new() { Path = plan.Text(File), Text = plan.Text(text.ToString()), Length = text.Length });
    }
}
