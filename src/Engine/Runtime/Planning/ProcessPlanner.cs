using System.Runtime.InteropServices;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Oci;
using Tmds.Linux;

namespace ContainerPS.Engine.Runtime;

/// <summary>What a process gets from whoever starts it, beside its document.</summary>
internal readonly record struct ProcessSurroundings()
{
    /// <summary>Descriptors that become 0, 1 and 2; -1 is the null device.</summary>
    internal int Stdin { get; init; }

    /// <inheritdoc cref="Stdin"/>
    internal int Stdout { get; init; }

    /// <inheritdoc cref="Stdin"/>
    internal int Stderr { get; init; }

    /// <summary>How many descriptors from 3 on it inherits.</summary>
    internal int PreserveFds { get; init; }

    /// <summary>True to have it killed when the caller's thread ends.</summary>
    internal bool DieWithParent { get; init; }

    /// <summary>Listening socket to wait at before execve, or -1.</summary>
    internal int StartSocket { get; init; }

    /// <summary>True when it is in a user namespace that is not the caller's, where it has all capabilities.</summary>
    internal bool HasUserNamespace { get; init; }

    /// <summary>True when it comes into the pid namespace that was joined only with the user and the capabilities it is to have.</summary>
    internal bool EntersLate { get; init; }

    /// <summary>True when its user namespace does not let it change its groups.</summary>
    internal bool GroupsAreDenied { get; init; }

    /// <summary>The container's <c>linux</c> object: system-call filter and execution domain.</summary>
    internal LinuxSpec? Linux { get; init; }

    /// <summary>The container's hooks: those before the program are run; null for an exec'd process.</summary>
    internal Hooks? Hooks { get; init; }

    /// <summary>What hooks are told of the container.</summary>
    internal StateDocument? State { get; init; }

    /// <summary>An init's file, which becomes the container's first process with the program as its child; -1 for none.</summary>
    internal int Init { get; init; } = -1;
}

/// <summary>Plans what makes a clone the process of a document: the same for a container's first process and for exec'd ones.</summary>
internal static unsafe class ProcessPlanner
{
    private const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>Plans what comes first, outside the container.</summary>
    internal static void PlanBeginning(ChildPlan plan, Process process)
    {
        plan.Add(ChildStep.ResetSignals, "process");
        plan.Add(ChildStep.SetUmask, "process");
        LimitPlanner.PlanOomScore(plan, process.OomScoreAdj);
    }

    /// <summary>Plans the terminal, when one is asked for.</summary>
    internal static void PlanTerminal(ChildPlan plan, Process process)
    {
        if (!process.Terminal) return;
        ushort* size = null;
        if (process.ConsoleSize is { } asked)
        {
            if (asked.Height > ushort.MaxValue || asked.Width > ushort.MaxValue) throw new InvalidSpecException("process.consoleSize", "must be at most 65535 by 65535");
            size = (ushort*)plan.Arena.Allocate(4 * sizeof(ushort));
            size[0] = (ushort)asked.Height;
            size[1] = (ushort)asked.Width;
        }

        plan.Field = "process.terminal";
        plan.Add(ChildStep.OpenTerminal, "/dev/pts/ptmx", new() { Path = plan.Text("/dev/pts/ptmx"), Data = size, Flags = process.User?.Uid ?? 0 });
        plan.Field = null;
    }

    /// <summary>Plans what comes last, inside the container's root: limits, descriptors, user, capabilities, filter, execve.</summary>
    internal static void PlanEnd(ChildPlan plan, Process process, ProcessSurroundings surroundings)
    {
        if (process.Terminal) plan.Add(ChildStep.UseTerminal, "terminal");

        // Nothing that is open may lead out of the container when its program or its working directory is looked up.
        PlanClosing(plan, surroundings);
        plan.Add(ChildStep.CloseOnExec, "descriptors", new() { Length = 3 + surroundings.PreserveFds });
        LimitPlanner.Plan(plan, process.Rlimits, surroundings.HasUserNamespace);
        SchedulingPlanner.Plan(plan, process);
        PlanPersonality(plan, surroundings.Linux?.Personality);

        // A filter without no_new_privs needs CAP_SYS_ADMIN, which the process may be about to lose.
        var filterEarly = !process.NoNewPrivileges;
        if (filterEarly) SeccompPlanner.Plan(plan, surroundings.Linux?.Seccomp);
        PlanUser(plan, process, surroundings);
        plan.Add(ChildStep.SetUmask, "process.user.umask", new() { Flags = process.User?.Umask ?? 0x12 /* 0022 */ });
        if (surroundings.EntersLate)
        {
            plan.Add(ChildStep.EnterNamespaces, "pid namespace");
            plan.Add(ChildStep.NewSession, "process");
        }

        if (process.Terminal) plan.Add(ChildStep.ControlTerminal, "terminal");
        var cwd = SpecValidator.InnerPath(process.Cwd, "process.cwd");
        plan.Add(ChildStep.EnterDirectory, cwd, new() { Path = plan.Text(cwd) });
        if (process.NoNewPrivileges) plan.Add(ChildStep.NoNewPrivileges, "process.noNewPrivileges");
        if (surroundings.DieWithParent) plan.Add(ChildStep.DieWithParent, "parent");

        // Who starts the container later has nothing to do with the agent that its creator knows.
        var filterLate = !filterEarly && !SeccompPlanner.Notifies(surroundings.Linux?.Seccomp);
        if (!filterEarly && !filterLate) SeccompPlanner.Plan(plan, surroundings.Linux?.Seccomp);
        var paths = plan.Arena.Texts(ProgramPaths(process));
        if (surroundings.StartSocket >= 0)
        {
            plan.Add(ChildStep.FindProgram, process.Args![0], new() { Data = paths });
            plan.Add(ChildStep.AwaitStart, "start", new() { Fd = surroundings.StartSocket });
        }

        HookPlanner.PlanStart(plan, surroundings.Hooks, surroundings.State);
        if (filterLate) SeccompPlanner.Plan(plan, surroundings.Linux?.Seccomp);
        if (surroundings.Init >= 0) PlanInit(plan, process, surroundings.Init);
        plan.Add(ChildStep.Execute, process.Args![0], new()
        {
            Data = paths,
            Path = (byte*)plan.Arena.Texts(process.Args),
            Text = (byte*)plan.Arena.Texts(process.Env ?? []),
        });
    }

    // ps shows "init 2 PROGRAM ARGUMENTS": the number is written when it is known.
    private static void PlanInit(ChildPlan plan, Process process, int file)
    {
        var arguments = plan.Arena.Texts([InitProgram.Name, "4294967295", .. process.Args!]);
        plan.Add(ChildStep.BecomeInit, "init", new()
        {
            Fd = file,
            Path = (byte*)arguments,
            Text = arguments[1],
            Data = plan.Arena.Texts(process.Env ?? []),
            Length = process.Terminal ? 1 : 0,
        });
    }

    /// <summary>Plans that all but the process's own descriptors are closed.</summary>
    internal static void PlanClosing(ChildPlan plan, ProcessSurroundings surroundings) =>
        plan.Add(ChildStep.CloseOthers, "descriptors", new() { Length = 3 + surroundings.PreserveFds, Fd = surroundings.StartSocket >= 0 ? surroundings.StartSocket : surroundings.Init });

    /// <summary>Plans descriptors 0, 1 and 2; not for a process with a terminal.</summary>
    internal static void PlanDescriptors(ChildPlan plan, ProcessSurroundings surroundings)
    {
        ReadOnlySpan<int> sources = [surroundings.Stdin, surroundings.Stdout, surroundings.Stderr];
        for (var target = 0; target < 3; target++)
        {
            var source = sources[target];
            if (source < 0)
            {
                source = plan.Own(FileDescriptors.Open("/dev/null", LibC.O_RDWR));
            }
            else if (source < 3 && source != target)
            {
                // An earlier step would overwrite it: a copy above all targets.
                source = plan.Own(ChildProcess.DuplicateAbove(source, 3));
            }

            plan.Add(ChildStep.UseDescriptor, "standard descriptors", new() { Fd = source, Length = target });
        }
    }

    private static void PlanPersonality(ChildPlan plan, LinuxPersonality? personality)
    {
        if (personality is null) return;
        if (personality.Flags is { Count: > 0 }) throw new InvalidSpecException("linux.personality.flags", "must be empty: no flag is defined");
        var domain = personality.Domain switch
        {
            "LINUX" => 0UL,
            "LINUX32" => 8UL,
            var other => throw new InvalidSpecException("linux.personality.domain", $"'{other}' must be LINUX or LINUX32"),
        };
        plan.Add(ChildStep.SetPersonality, "linux.personality", new() { Flags = domain });
    }

    private static void PlanUser(ChildPlan plan, Process process, ProcessSurroundings surroundings)
    {
        var capabilities = new CapabilityPlanner(process.Capabilities, "process.capabilities", surroundings.HasUserNamespace, plan.Warnings);
        capabilities.PlanBounding(plan);
        var groups = process.User?.AdditionalGids is { } gids ? CollectionsMarshal.AsSpan(gids) : [];
        if (!surroundings.GroupsAreDenied)
            plan.Add(ChildStep.SetGroups, "process.user.additionalGids", new() { Data = plan.Arena.Copy<uint>(groups), Length = groups.Length });
        else if (groups.Length > 0)
            plan.Warnings.Add("The user namespace does not let processes change their groups; process.user.additionalGids has no effect.");
        plan.Add(ChildStep.SetGroupId, "process.user.gid", new() { Flags = process.User?.Gid ?? 0 });
        plan.Add(ChildStep.SetUserId, "process.user.uid", new() { Flags = process.User?.Uid ?? 0 });
        capabilities.PlanSets(plan);
    }

    private static List<string> ProgramPaths(Process process)
    {
        var program = process.Args![0];
        if (program.Contains('/')) return [program];
        List<string> paths = [];
        foreach (var directory in SearchPath(process.Env).Split(':'))
            paths.Add(directory.Length == 0 ? "./" + program : directory + "/" + program);
        return paths;
    }

    private static string SearchPath(List<string>? environment)
    {
        for (var i = (environment?.Count ?? 0) - 1; i >= 0; i--)
            if (environment![i].StartsWith("PATH=", StringComparison.Ordinal)) return environment[i][5..];
        return DefaultPath;
    }
}
