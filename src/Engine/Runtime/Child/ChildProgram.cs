using ContainerPS.Engine.Linux;
using Tmds.Linux;

namespace ContainerPS.Engine.Runtime;

/// <summary>
/// What the child does: the operations of its plan, one after another, then execve. Runs in a clone of a process with threads that may
/// hold any lock, so nothing here allocates, throws, or touches a type that is initialised on first use.
/// </summary>
internal static unsafe partial class ChildProgram
{
    /// <summary>Runs all operations; never returns.</summary>
    internal static void Run(ChildOperation* operations, int count, int socket, int parentSocket)
    {
        // Whoever waits for an answer of a parent that is killed must not hold its end of the conversation open.
        _ = ChildCalls.close(parentSocket);
        var descriptors = new ChildDescriptors { Socket = socket, Root = -1, Proc = -1, Null = -1, Mask = -1, Terminal = -1, Output = -1 };
        var i = 0;
        nint result = 0;
        for (; i < count; i++)
        {
            result = Execute(&operations[i], &descriptors);
            if (result < 0) break;
        }

        var failure = new ChildMessage { Kind = ChildMessageKind.Failed, Operation = i, Step = operations[i].Step, Errno = (int)-result, Item = (int)operations[i].Length };
        // The system-call filter may forbid the one way to say it and allow the other, or none.
        if (ChildMessages.Send(descriptors.Socket, failure, descriptors.Output) < 0) _ = Syscall.write(descriptors.Socket, &failure, sizeof(ChildMessage));
        End(1);
    }

    /// <summary>Ends the process, even when the system-call filter forbids that: the kernel kills one that writes where it has no memory.</summary>
    private static void End(int exitCode)
    {
        _ = Syscall.exit_group(exitCode);
        while (true) *(byte*)null = 0;
    }

    /// <summary>Runs one operation: a negative result is <c>-errno</c>.</summary>
    private static nint Execute(ChildOperation* operation, ChildDescriptors* descriptors)
    {
        switch (operation->Step)
        {
            case ChildStep.HideFromDebuggers: return Syscall.prctl(Syscall.PR_SET_DUMPABLE, 0);
            case ChildStep.ResetSignals: return ResetSignals();
            case ChildStep.WriteProcFile: return WriteProcFile(operation);
            case ChildStep.JoinCgroup: return JoinCgroup(operation->Fd);
            case ChildStep.JoinNamespaces: return JoinNamespaces(operation, descriptors);
            case ChildStep.NewUserNamespace: return NewUserNamespace(descriptors->Socket);
            case ChildStep.NewTimeNamespace: return NewTimeNamespace(operation);
            case ChildStep.EnterNamespaces: return EnterNamespaces(operation->Flags, descriptors->Socket);
            case ChildStep.BecomeRoot: return BecomeRoot((uint)operation->Flags, (uint)operation->Length);
            case ChildStep.Unshare: return Syscall.unshare(operation->Flags);
            case ChildStep.TellParent: return ChildMessages.Send(descriptors->Socket, new ChildMessage { Kind = ChildMessageKind.Ready });
            case ChildStep.AwaitParent: return AwaitParent(descriptors->Socket);
            case ChildStep.CloseOthers: return CloseOthers(operation, descriptors);
            case ChildStep.AwaitHooks: return AskParent(descriptors->Socket, ChildMessageKind.Mounted);
            case ChildStep.RunHook: return RunHook(operation, descriptors);
            case ChildStep.NewSession: return Syscall.setsid();
            case ChildStep.NewKeyring: return NewKeyring(operation->Path);

            case ChildStep.SetPropagation: return Syscall.mount(null, operation->Path, null, operation->Propagation, null);
            case ChildStep.OpenRoot: return OpenRoot(operation->Path, descriptors);
            case ChildStep.AttachRoot: return AttachRoot(operation, descriptors);
            case ChildStep.MountOverlay: return MountOverlay(operation, descriptors);
            case ChildStep.Mount: return Mount(operation, descriptors);
            case ChildStep.AttachMount: return AttachMount(operation, descriptors);
            case ChildStep.SetMountAttributes: return SetMountAttributes(operation, descriptors);
            case ChildStep.MakeDirectory: return MakeDirectory(operation, descriptors);
            case ChildStep.MakeSymbolicLink: return MakeSymbolicLink(operation, descriptors);
            case ChildStep.MakeDevice: return MakeDevice(operation, descriptors);
            case ChildStep.OpenTerminal: return OpenTerminal(operation, descriptors);
            case ChildStep.AttachConsole: return AttachConsole(descriptors);

            case ChildStep.OpenProc: return OpenProc(operation, descriptors);
            case ChildStep.WriteSysctl: return WriteSysctl(operation, descriptors);
            case ChildStep.SetHostname: return Syscall.sethostname(operation->Text, operation->Length);
            case ChildStep.SetDomainname: return Syscall.setdomainname(operation->Text, operation->Length);
            case ChildStep.RaiseLoopback: return RaiseLoopback();
            case ChildStep.OpenNullDevice: return OpenNullDevice(operation, descriptors);
            case ChildStep.MaskPath: return MaskPath(operation, descriptors);
            case ChildStep.ProtectPath: return ProtectPath(operation, descriptors);
            case ChildStep.PivotRoot: return PivotRoot(descriptors);
            case ChildStep.MoveRoot: return MoveRoot(operation, descriptors);

            case ChildStep.SetLimit: return Syscall.prlimit64(0, operation->Fd, (Syscall.rlimit64*)operation->Data, null);
            case ChildStep.SetScheduler: return Syscall.sched_setattr(operation->Data);
            case ChildStep.SetIoPriority: return Syscall.ioprio_set((int)operation->Flags);
            case ChildStep.SetAffinity: return Syscall.sched_setaffinity(operation->Data, operation->Length);
            case ChildStep.WriteAttribute: return WriteAttribute(operation, descriptors);
            case ChildStep.SetPersonality: return Syscall.personality((uint)operation->Flags);
            case ChildStep.UseTerminal: return UseTerminal(descriptors);
            case ChildStep.ControlTerminal: return ChildCalls.ioctl(0, TIOCSCTTY, null);
            case ChildStep.UseDescriptor: return UseDescriptor(operation);
            case ChildStep.CloseOnExec: return Syscall.close_range((uint)operation->Length, uint.MaxValue, Syscall.CLOSE_RANGE_CLOEXEC);
            case ChildStep.DropBounding: return DropBounding(operation);
            case ChildStep.KeepCapabilities: return Syscall.prctl(Syscall.PR_SET_KEEPCAPS, 1);
            case ChildStep.SetGroups: return Syscall.setgroups(operation->Length, (uint*)operation->Data);
            case ChildStep.SetGroupId: return Syscall.setresgid((uint)operation->Flags, (uint)operation->Flags, (uint)operation->Flags);
            case ChildStep.SetUserId: return Syscall.setresuid((uint)operation->Flags, (uint)operation->Flags, (uint)operation->Flags);
            case ChildStep.SetCapabilities: return Syscall.capset((Syscall.CapabilityData*)operation->Data);
            case ChildStep.ClearAmbient: return Syscall.prctl(Syscall.PR_CAP_AMBIENT, Syscall.PR_CAP_AMBIENT_CLEAR_ALL);
            case ChildStep.RaiseAmbient: return RaiseAmbient(operation);
            case ChildStep.NoNewPrivileges: return Syscall.prctl(Syscall.PR_SET_NO_NEW_PRIVS, 1);
            case ChildStep.LoadSeccomp: return Syscall.seccomp(Syscall.SECCOMP_SET_MODE_FILTER, (uint)operation->Flags, operation->Data);
            case ChildStep.LoadSeccompListener: return LoadSeccompListener(operation, descriptors->Socket);
            case ChildStep.SetUmask: return Syscall.umask((uint)operation->Flags);
            case ChildStep.EnterDirectory: return EnterDirectory(operation->Path);
            case ChildStep.DieWithParent: return DieWithParent(descriptors->Socket);
            case ChildStep.FindProgram: return FindProgram((byte**)operation->Data);
            case ChildStep.AwaitStart: return AwaitStart(operation->Fd, descriptors);
            case ChildStep.BecomeInit: return BecomeInit(operation);
            case ChildStep.Execute: return ExecuteProgram(operation);
            case ChildStep.Exit: return Syscall.exit_group(0);
            default: return -LibC.ENOSYS;
        }
    }

    /// <summary>Gives every signal its default action and blocks none: ignored ones would stay ignored after execve.</summary>
    private static nint ResetSignals()
    {
        var action = stackalloc ulong[4];
        for (var i = 0; i < 4; i++) action[i] = 0;
        for (var signal = 1; signal <= 64; signal++) _ = Syscall.rt_sigaction(signal, action, null);
        ulong none = 0;
        return Syscall.rt_sigprocmask(Syscall.SIG_SETMASK, &none, null);
    }

    /// <summary>A process without threads that writes 0 moves itself, by a shorter way through the kernel than its pid would take.</summary>
    private static nint JoinCgroup(int taskFile)
    {
        var zero = (byte)'0';
        return Syscall.write(taskFile, &zero, 1);
    }

    /// <summary>Says something to the parent that it answers when it has done its part.</summary>
    private static nint AskParent(int socket, ChildMessageKind question)
    {
        var sent = ChildMessages.Send(socket, new ChildMessage { Kind = question });
        return sent < 0 ? sent : AwaitParent(socket);
    }

    private static nint AwaitParent(int socket)
    {
        var received = ChildMessages.Receive(socket, out var message, out _);
        if (received < 0) return received;
        return received > 0 && message.Kind == ChildMessageKind.Go ? 0 : -LibC.EPIPE;
    }

    /// <summary>Closes all descriptors from <c>Length</c> on but the socket and the start socket <c>Fd</c> or -1.</summary>
    private static nint CloseOthers(ChildOperation* operation, ChildDescriptors* descriptors)
    {
        var first = (uint)operation->Length;
        var (low, high) = ((uint)descriptors->Socket, (uint)descriptors->Socket);
        if (operation->Fd >= 0)
        {
            low = Math.Min(low, (uint)operation->Fd);
            high = Math.Max(high, (uint)operation->Fd);
        }

        nint result = 0;
        if (low > first) result = Syscall.close_range(first, low - 1, 0);
        if (result >= 0 && high > low + 1) result = Syscall.close_range(Math.Max(first, low + 1), high - 1, 0);
        return result < 0 ? result : Syscall.close_range(Math.Max(first, high + 1), uint.MaxValue, 0);
    }

    /// <summary>A session keyring of its own, so that the caller's keys cannot be read; kernels without keyrings have none to read.</summary>
    private static nint NewKeyring(byte* name)
    {
        var result = Syscall.keyctl(Syscall.KEYCTL_JOIN_SESSION_KEYRING, (nint)name);
        return result == -LibC.ENOSYS ? 0 : result;
    }

    /// <summary>A parent that has ended before the signal was asked for will not send it; its end of the socket is closed then.</summary>
    private static nint DieWithParent(int socket)
    {
        var result = Syscall.prctl(Syscall.PR_SET_PDEATHSIG, 9 /* SIGKILL */);
        if (result < 0) return result;

        // poll would be refused to a process that may have no descriptor at all.
        return ChildMessages.IsOpen(socket) ? 0 : -LibC.ESRCH;
    }

    /// <summary>Tells the parent that only execve is left, waits for a connection to the start socket, and reports to that from now on.</summary>
    private static nint AwaitStart(int listening, ChildDescriptors* descriptors)
    {
        var result = ChildMessages.Send(descriptors->Socket, new ChildMessage { Kind = ChildMessageKind.Created });
        if (result < 0) return result;
        do result = ChildCalls.accept4(listening, ChildCalls.O_CLOEXEC);
        while (result == -LibC.EINTR);
        if (result < 0) return result;
        _ = ChildCalls.close(descriptors->Socket);
        descriptors->Socket = (int)result;
        return 0;
    }

    /// <summary>Fails when none of the program's paths can be executed; a filter that forbids to look leaves that to execve.</summary>
    private static nint FindProgram(byte** paths)
    {
        nint result = -LibC.ENOENT;
        for (; *paths != null; paths++)
        {
            var error = ChildCalls.may_execute(*paths);
            if (error >= 0 && ChildCalls.fstatat(ChildCalls.AT_FDCWD, *paths, 0, out var mode, out _) >= 0 && (mode & ChildCalls.S_IFMT) == ChildCalls.S_IFDIR) error = -LibC.EACCES;
            if (error == -LibC.EACCES) result = error;
            else if (error != -LibC.ENOENT && error != -LibC.ENOTDIR) return 0;
        }

        return result;
    }

    /// <summary>Tries the program's paths in turn, as execvp does, except that a file of no known format is not given to a shell.</summary>
    private static nint ExecuteProgram(ChildOperation* operation)
    {
        nint result = -LibC.ENOENT;
        for (var path = (byte**)operation->Data; *path != null; path++)
        {
            var error = Syscall.execve(*path, (byte**)operation->Path, (byte**)operation->Text);
            if (error == -LibC.EACCES) result = error;
            else if (error != -LibC.ENOENT && error != -LibC.ENOTDIR) return error;
        }

        return result;
    }
}
