using System.Text;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Oci;
using Tmds.Linux;

namespace ContainerPS.Engine.Runtime;

/// <summary>
/// An ordinary user's way to a container: the program executes itself once more as the root of the container's user namespace, in a
/// mount namespace of that, and does there what it does for the machine's root. What that root may not do is not given.
/// </summary>
internal static unsafe class RootlessCaller
{
    private const int CAP_SYS_ADMIN = 21;

    /// <summary>In the environment of the program that is root there: its document's user namespace is the one it is in.</summary>
    private const string Mark = "_RUNCS_ROOTLESS";

    /// <summary>True in that program.</summary>
    internal static bool HasEntered => Environment.GetEnvironmentVariable(Mark) is not null;

    /// <summary>True when the caller may not make containers where it is.</summary>
    internal static bool IsUnprivileged => !CapabilityPlanner.CallerHas(CAP_SYS_ADMIN);

    /// <summary>Executes the running program as the root of a new user namespace with the document's ids.</summary>
    /// <param name="spec">The container's document.</param>
    /// <param name="arguments">The program's arguments, its name first.</param>
    /// <param name="dieWithParent">True to have it killed when the calling thread ends.</param>
    internal static StartedProcess Enter(RuntimeSpec spec, string[] arguments, bool dieWithParent)
    {
        if (spec.Linux?.Namespaces?.Find(n => n.Type == "user") is not { Path: null or "" })
            throw new InvalidSpecException("linux.namespaces", "must contain a new 'user' when the caller is not root; 'runcs spec --rootless' writes such a document");
        IdMappings.CheckRootless(spec.Linux.UidMappings, "linux.uidMappings");
        IdMappings.CheckRootless(spec.Linux.GidMappings, "linux.gidMappings");
        using var plan = new ChildPlan();
        plan.Add(ChildStep.ResetSignals, "process");
        plan.Add(ChildStep.NewUserNamespace, "user namespace");
        plan.Add(ChildStep.BecomeRoot, "user namespace");
        plan.Add(ChildStep.Unshare, "mount namespace", new() { Flags = Syscall.CLONE_NEWNS });
        plan.Add(ChildStep.SetPropagation, "/", new() { Path = plan.Text("/"), Propagation = Syscall.MS_REC | Syscall.MS_SLAVE });
        if (dieWithParent) plan.Add(ChildStep.DieWithParent, "parent");
        plan.Add(ChildStep.Execute, "/proc/self/exe", new()
        {
            Data = plan.Arena.Texts(["/proc/self/exe"]),
            Path = (byte*)plan.Arena.Texts(arguments),
            Text = (byte*)plan.Arena.Texts(SealedExecutable.EnvironmentWith(Mark + "=1")),
        });
        var child = ChildLauncher.Launch(plan, new LaunchTarget { MapIds = pid => MapIds(pid, spec.Linux.UidMappings!, spec.Linux.GidMappings!) });
        return new StartedProcess { Pid = child.Pid, PidFd = child.PidFd, Warnings = plan.Warnings };
    }

    /// <summary>What is left to do of a document for whoever is root of its user namespace.</summary>
    internal static void TakeUserNamespace(RuntimeSpec spec)
    {
        spec.Linux?.Namespaces?.RemoveAll(n => n.Type == "user");
        if (spec.Linux is not { } linux) return;
        linux.UidMappings = null;
        linux.GidMappings = null;
    }

    /// <summary>A user may map itself; more ids are given by newuidmap and newgidmap, by what subuid(5) and subgid(5) allow.</summary>
    private static void MapIds(int pid, List<LinuxIdMapping> users, List<LinuxIdMapping> groups)
    {
        if (users is [{ Size: 1 } user] && user.HostId == LibC.geteuid()) IdMappings.WriteFile($"/proc/{pid}/uid_map", IdMappings.Text(users, "\n"));
        else RunHelper("newuidmap", pid, users);
        if (groups is [{ Size: 1 } group] && group.HostId == LibC.getegid())
        {
            // Whoever maps its own group alone must not be able to leave others, which may be there to deny it something.
            IdMappings.WriteFile($"/proc/{pid}/setgroups", "deny");
            IdMappings.WriteFile($"/proc/{pid}/gid_map", IdMappings.Text(groups, "\n"));
        }
        else
        {
            RunHelper("newgidmap", pid, groups);
        }
    }

    private static void RunHelper(string program, int pid, List<LinuxIdMapping> mappings)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin").Split(':').Select(d => Path.Combine(d, program)).FirstOrDefault(File.Exists)
            ?? throw new ContainerEngineException("IdMapperNotFound", ErrorKind.NotFound, $"More ids than the caller's own are given by '{program}', which is not in PATH. Install the package uidmap.", program);
        var (read, write) = FileDescriptors.Pipe();
        using (read)
        {
            int helper;
            using (write)
                helper = ChildProcess.Start(path, [program, $"{pid}", .. IdMappings.Text(mappings, " ").Split(' ', StringSplitOptions.RemoveEmptyEntries)], [], [-1, write.Number(), write.Number()], newSession: false);
            using var output = new FileStream(read, FileAccess.Read);
            using var text = new StreamReader(output, Encoding.UTF8);
            var said = text.ReadToEnd().Trim();
            using var ended = ProcessIdentity.OpenChild(helper);
            if (ExitStatus.Reap(ended) != 0)
                throw new ContainerEngineException("IdsNotMapped", ErrorKind.PermissionDenied, $"{program} does not give the container its ids: {said}. The ranges must be the caller's in /etc/subuid and /etc/subgid.", program);
        }
    }
}
