using System.Runtime.CompilerServices;
using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Runtime;

/// <summary>A child that has become the program it was planned to be.</summary>
internal readonly record struct LaunchedChild(int Pid, SafeFileHandle PidFd, SafeFileHandle? Terminal);

/// <summary>Clones the child, lets it run its plan, and listens to what it says (see the diagram above <see cref="ChildStep"/>).</summary>
internal static unsafe class ChildLauncher
{
    /// <summary>Makes the child and returns when its program runs.</summary>
    /// <param name="plan">What it does.</param>
    /// <param name="namespaces">CLONE_NEW… flags.</param>
    /// <param name="pidNamespace">An existing pid namespace to make it in, or -1.</param>
    /// <param name="unifiedCgroup">A v2 cgroup directory to make it in, or -1.</param>
    /// <param name="namespacesReady">Called when it waits for its parent.</param>
    internal static LaunchedChild Launch(ChildPlan plan, ulong namespaces, int pidNamespace, int unifiedCgroup, Action<int>? namespacesReady)
    {
        var (own, childs) = FileDescriptors.SocketPair();
        using var socket = own;
        int pid, pidFd;
        using (childs)
        {
            pid = Clone(plan, namespaces, pidNamespace, unifiedCgroup, childs.Number(), &pidFd);
        }

        var process = new SafeFileHandle(pidFd, ownsHandle: true);
        try
        {
            return Listen(plan, own.Number(), pid, process, namespacesReady);
        }
        catch
        {
            // Whatever went wrong, nothing of the child stays.
            _ = ProcessIdentity.Signal(process, 9 /* SIGKILL */);
            _ = ExitStatus.Reap(process);
            process.Dispose();
            throw;
        }
    }

    private static int Clone(ChildPlan plan, ulong namespaces, int pidNamespace, int unifiedCgroup, int childSocket, int* pidFd)
    {
        using var ownPidNamespace = pidNamespace < 0 ? null : FileDescriptors.Open("/proc/self/ns/pid", LibC.O_RDONLY);
        if (pidNamespace >= 0) Check(Syscall.setns(pidNamespace, Syscall.CLONE_NEWPID), "join pid namespace");
        var arguments = new Syscall.clone_args
        {
            flags = namespaces | Syscall.CLONE_PIDFD | Syscall.CLONE_CLEAR_SIGHAND | (unifiedCgroup < 0 ? 0 : Syscall.CLONE_INTO_CGROUP),
            pidfd = (ulong)pidFd,
            exit_signal = 17, // SIGCHLD
            cgroup = unifiedCgroup < 0 ? 0 : (ulong)unifiedCgroup,
        };
        var operations = plan.Operations;
        var count = plan.Count;

        // A signal must not reach a handler of the runtime in the child.
        ulong all = ulong.MaxValue, before;
        Check(Syscall.rt_sigprocmask(Syscall.SIG_SETMASK, &all, &before), "block signals");
        var pid = CloneAndRun(&arguments, operations, count, childSocket);
        _ = Syscall.rt_sigprocmask(Syscall.SIG_SETMASK, &before, null);
        if (ownPidNamespace is not null) Check(Syscall.setns(ownPidNamespace.Number(), Syscall.CLONE_NEWPID), "return to pid namespace");
        Check(pid, "clone3");
        return (int)pid;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static nint CloneAndRun(Syscall.clone_args* arguments, ChildOperation* operations, int count, int socket)
    {
        var pid = Syscall.clone3(arguments);
        if (pid == 0) ChildProgram.Run(operations, count, socket);
        return pid;
    }

    private static LaunchedChild Listen(ChildPlan plan, int socket, int pid, SafeFileHandle process, Action<int>? namespacesReady)
    {
        SafeFileHandle? terminal = null;
        try
        {
            while (true)
            {
                var received = ChildMessages.Receive(socket, out var message, out var fd);
                if (received < 0) throw new KernelException("recvmsg", "child", (int)-received);
                if (received == 0) return new LaunchedChild(pid, process, terminal);
                switch (message.Kind)
                {
                    case ChildMessageKind.Ready:
                        namespacesReady?.Invoke(pid);
                        Check(ChildMessages.Send(socket, new ChildMessage { Kind = ChildMessageKind.Go }), "answer child");
                        break;
                    case ChildMessageKind.Terminal:
                        terminal = new SafeFileHandle(fd, ownsHandle: true);
                        break;
                    case ChildMessageKind.Created:
                        return new LaunchedChild(pid, process, terminal);
                    default:
                        throw ChildFailure.ToException(message.Step, plan.Subject(message.Operation), message.Errno);
                }
            }
        }
        catch
        {
            terminal?.Dispose();
            throw;
        }
    }

    private static void Check(nint result, string step)
    {
        if (result < 0) throw new RuntimeStepException(step, "container process", (int)-result);
    }
}
