using System.Globalization;
using ContainerPS.Engine.Cgroups;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Runtime;

/// <summary>What <see cref="ContainerExecutor"/> needs to start one more process in a running container.</summary>
internal sealed record ExecRequest
{
    /// <summary>The container, as its state file has it.</summary>
    internal required StoredState Container { get; init; }

    /// <summary>The container's config.json: its namespaces and its system-call filter.</summary>
    internal required RuntimeSpec Spec { get; init; }

    /// <summary>The process.</summary>
    internal required Process Process { get; init; }

    /// <inheritdoc cref="StartRequest.Stdin"/>
    internal int Stdin { get; init; }

    /// <inheritdoc cref="StartRequest.Stdout"/>
    internal int Stdout { get; init; } = 1;

    /// <inheritdoc cref="StartRequest.Stderr"/>
    internal int Stderr { get; init; } = 2;

    /// <inheritdoc cref="StartRequest.PreserveFds"/>
    internal int PreserveFds { get; init; }

    /// <summary>Sub-cgroup that the process is put into; null for the container's own.</summary>
    internal CgroupPlace? Place { get; init; }

    /// <summary>True to have the kernel kill the process when the calling thread ends.</summary>
    internal bool DieWithParent { get; init; }

    /// <inheritdoc cref="StartRequest.NewSessionKeyring"/>
    internal bool NewSessionKeyring { get; init; } = true;
}

/// <summary>Starts a process in a running container.</summary>
internal static unsafe class ContainerExecutor
{
    /// <summary>
    /// Makes the process and returns when its program runs. The container's first process is held by a descriptor from before its start
    /// time is compared, so that a pid that belongs to somebody else by now is never joined.
    /// </summary>
    /// <exception cref="InvalidContainerStateException">The container does not run.</exception>
    /// <exception cref="ProgramStartException">The program is not in the container (127) or cannot be executed (126).</exception>
    /// <exception cref="RuntimeStepException">Another step failed.</exception>
    internal static StartedProcess Start(ExecRequest request)
    {
        var container = request.Container;
        SpecValidator.CheckProcess(request.Process, "process");
        using var init = ProcessIdentity.Open(container.Pid, container.StartTime)
            ?? throw new InvalidContainerStateException(container.Id, $"The container '{container.Id}' is not running. Start it first.");
        using var entry = container.OpenCgroup().Enter(request.Place ?? new CgroupPlace { InitPid = container.Pid });
        using var plan = new ChildPlan();
        ProcessPlanner.PlanBeginning(plan, request.Process);
        plan.Add(ChildStep.HideFromDebuggers, "process");
        foreach (var file in entry.TaskFiles) plan.Add(ChildStep.JoinCgroup, container.CgroupPath, new() { Fd = file.Number() });
        SchedulingPlanner.PlanAffinity(plan, request.Process.ExecCPUAffinity?.Final, "process.execCPUAffinity.final");
        if (request.NewSessionKeyring) plan.Add(ChildStep.NewKeyring, container.Id, new() { Path = plan.Text("_ses." + container.Id) });

        // Whatever the process becomes keeps them; here its procfs is not the container's to offer.
        if (LabelPlanner.Needs(request.Process)) plan.Add(ChildStep.OpenProc, "proc", new() { Text = plan.Text("proc") });
        LabelPlanner.Plan(plan, request.Process);

        var namespaces = Namespaces.ThatDiffer(container.Pid);
        var hasUserNamespace = (namespaces & Syscall.CLONE_NEWUSER) != 0;
        plan.Add(ChildStep.JoinNamespaces, container.Id, new() { Fd = init.Number(), Flags = namespaces });
        if (hasUserNamespace)
            plan.Add(ChildStep.BecomeRoot, "user namespace", new() { Flags = IdMappings.RootOf($"/proc/{container.Pid}/uid_map"), Length = (nint)IdMappings.RootOf($"/proc/{container.Pid}/gid_map") });
        // The agent is told of the process that it decides for, so that has to be there when a filter needs CAP_SYS_ADMIN to be loaded.
        var entersLate = request.Process.NoNewPrivileges || !SeccompPlanner.Notifies(request.Spec.Linux?.Seccomp);
        var surroundings = new ProcessSurroundings
        {
            Stdin = request.Stdin,
            Stdout = request.Stdout,
            Stderr = request.Stderr,
            PreserveFds = request.PreserveFds,
            DieWithParent = request.DieWithParent,
            StartSocket = -1,
            Linux = request.Spec.Linux,
            HasUserNamespace = hasUserNamespace,
            EntersLate = entersLate,
            GroupsAreDenied = IdMappings.GroupsAreDenied(container.Pid.ToString(CultureInfo.InvariantCulture)),
        };
        if (!request.Process.Terminal) ProcessPlanner.PlanDescriptors(plan, surroundings);
        if (!entersLate)
        {
            ProcessPlanner.PlanClosing(plan, surroundings);
            plan.Add(ChildStep.EnterNamespaces, "pid namespace");
            plan.Add(ChildStep.NewSession, "process");
        }

        plan.Add(ChildStep.OpenRoot, "/", new() { Path = plan.Text("/") });
        ProcessPlanner.PlanTerminal(plan, request.Process);
        ProcessPlanner.PlanEnd(plan, request.Process, surroundings);
        var state = new StateDocument(container.Id, container.Bundle, request.Spec.Annotations);
        using var affinity = new CallerAffinity(request.Process.ExecCPUAffinity?.Initial);
        var child = ChildLauncher.Launch(plan, new LaunchTarget
        {
            UnifiedCgroup = entry.Unified is { } directory ? directory.Number() : -1,
            Listener = SeccompListener.Of(request.Spec.Linux?.Seccomp, state, "running", container.Pid),
        });
        return new StartedProcess { Pid = child.Pid, PidFd = child.PidFd, TerminalMaster = child.Terminal, Warnings = plan.Warnings };
    }
}
