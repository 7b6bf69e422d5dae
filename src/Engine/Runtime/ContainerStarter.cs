using ContainerPS.Engine.Cgroups;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Runtime;

/// <summary>Starts a container's first process.</summary>
internal static unsafe class ContainerStarter
{
    /// <summary>
    /// Makes the container and returns when its program runs (or, with a start socket, when all but that is done). The calling thread
    /// becomes the parent of its first process and must be the process's only one besides the runtime's finalizer.
    /// </summary>
    /// <exception cref="InvalidSpecException">The document cannot be run.</exception>
    /// <exception cref="ProgramStartException">The program is not in the container (127) or cannot be executed (126).</exception>
    /// <exception cref="RuntimeStepException">Another step failed.</exception>
    internal static InitProcess Start(StartRequest request)
    {
        SpecValidator.Check(request.Spec, request.Overlay is not null);
        var namespaces = Namespaces.Parse(request.Spec.Linux!.Namespaces);
        var cgroup = request.Cgroup ?? CgroupFactory.Make(request.Id, request.Spec.Linux.CgroupsPath);
        if (request.Cgroup is null) cgroup.Create(request.Spec.Linux.Resources);
        try
        {
            using var entry = cgroup.Enter();
            using var plan = new ChildPlan();
            var target = Plan(plan, request, namespaces, cgroup, entry);
            var child = ChildLauncher.Launch(plan, target with
            {
                UnifiedCgroup = entry.Unified is { } directory ? directory.Number() : -1,
                NamespacesReady = request.NamespacesReady,
                Listener = SeccompListener.Of(request.Spec.Linux.Seccomp, request.State, "creating", 0),
                Mounted = pid => HookRunner.RunCreation(request.Spec.Hooks, request.State, pid),
            });
            return new InitProcess { Pid = child.Pid, PidFd = child.PidFd, TerminalMaster = child.Terminal, Cgroup = cgroup, Warnings = [.. cgroup.Warnings, .. plan.Warnings] };
        }
        catch
        {
            if (request.Cgroup is null) cgroup.Delete();
            throw;
        }
    }

    /// <summary>Plans everything the child does; returns how it is to be made.</summary>
    private static LaunchTarget Plan(ChildPlan plan, StartRequest request, Namespaces namespaces, ICgroup cgroup, CgroupEntry entry)
    {
        var (spec, process) = (request.Spec, request.Spec.Process!);
        var isNested = namespaces.Has(Syscall.CLONE_NEWUSER) || UserNamespace.IsNested();
        // Not before its ids are mapped, and not where the caller could not open its own files in /proc afterwards.
        if (!isNested) plan.Add(ChildStep.HideFromDebuggers, "process");
        ProcessPlanner.PlanBeginning(plan, process);
        if (!namespaces.AreStaged && isNested) plan.Add(ChildStep.HideFromDebuggers, "process");
        foreach (var file in entry.TaskFiles) plan.Add(ChildStep.JoinCgroup, cgroup.Path, new() { Fd = file.Number() });
        var target = NamespacePlanner.Plan(plan, namespaces, spec.Linux!);
        plan.Add(ChildStep.NewSession, "process");
        if ((namespaces.New & Syscall.CLONE_NEWCGROUP) != 0) plan.Add(ChildStep.Unshare, "cgroup namespace", new() { Flags = Syscall.CLONE_NEWCGROUP });
        if (request.NewSessionKeyring) plan.Add(ChildStep.NewKeyring, request.Id, new() { Path = plan.Text("_ses." + request.Id) });
        if (request.NamespacesReady is not null) plan.Add(ChildStep.TellParent, "parent");

        PathPlanner.PlanNullDevice(plan, spec.Linux!);
        var root = RootPlanner.Plan(plan, request);
        NamespacePlanner.PlanRoot(plan, namespaces, spec.Linux!);
        MountPlanner.Plan(plan, request, root, cgroup, namespaces);
        DevicePlanner.Plan(plan, spec.Linux, bind: isNested || !CapabilityPlanner.CallerHas(DevicePlanner.CAP_MKNOD));

        // Hooks and parameters of its devices find the network; all else is done while it is made.
        var needsNetwork = spec.Hooks is not null || KernelParameters.AreOfDevices(spec.Linux!);
        if (request.NamespacesReady is not null && needsNetwork) plan.Add(ChildStep.AwaitParent, "parent");
        HookPlanner.PlanCreation(plan, spec.Hooks, request.State);
        ProcessPlanner.PlanTerminal(plan, process);
        if (process.Terminal) plan.Add(ChildStep.AttachConsole, "/dev/console");
        MountPlanner.PlanReadOnlyDevices(plan, spec);
        var cwd = SpecValidator.InnerPath(process.Cwd, "process.cwd");
        if (cwd != "/") plan.Add(ChildStep.MakeDirectory, cwd, new() { Path = plan.Text(cwd) });

        PathPlanner.PlanLoopback(plan, namespaces);
        PathPlanner.PlanNames(plan, spec, namespaces);
        KernelParameters.Plan(plan, spec.Linux!, namespaces);
        if (LabelPlanner.Needs(process)) plan.Add(ChildStep.OpenProc, "proc", new() { Text = plan.Text("proc") });
        PathPlanner.Plan(plan, spec.Linux!);
        RootPlanner.PlanProtection(plan, spec);
        if (request.NoPivot) MovedRootPlanner.Plan(plan, request);
        else plan.Add(ChildStep.PivotRoot, "root");
        RootPlanner.PlanPropagation(plan, spec);
        if (request.NamespacesReady is not null && !needsNetwork) plan.Add(ChildStep.AwaitParent, "parent");

        var surroundings = new ProcessSurroundings
        {
            Stdin = request.Stdin,
            Stdout = request.Stdout,
            Stderr = request.Stderr,
            PreserveFds = request.PreserveFds,
            DieWithParent = request.DieWithParent,
            StartSocket = request.StartSocket,
            Linux = spec.Linux,
            HasUserNamespace = namespaces.Has(Syscall.CLONE_NEWUSER),
            GroupsAreDenied = !namespaces.Has(Syscall.CLONE_NEWUSER) && IdMappings.GroupsAreDenied("self"),
            Hooks = spec.Hooks,
            State = request.State,
            Init = request.Init ? plan.Own(InitProgram.Open()) : -1,
        };
        if (!process.Terminal) ProcessPlanner.PlanDescriptors(plan, surroundings);
        LabelPlanner.Plan(plan, process);
        ProcessPlanner.PlanEnd(plan, process, surroundings);
        return target;
    }
}
