using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Runtime;

/// <summary>A child that has become the program it was planned to be.</summary>
internal readonly record struct LaunchedChild(int Pid, SafeFileHandle PidFd, SafeFileHandle? Terminal);

/// <summary>Where a child is made, and what its parent does when it asks for it.</summary>
internal readonly record struct LaunchTarget()
{
    /// <summary>CLONE_NEW… flags.</summary>
    internal ulong Namespaces { get; init; }

    /// <summary>An existing pid namespace to make it in, or -1.</summary>
    internal int PidNamespace { get; init; } = -1;

    /// <summary>A v2 cgroup directory to make it in, or -1.</summary>
    internal int UnifiedCgroup { get; init; } = -1;

    /// <summary>Called with its pid when its user namespace is to get its ids.</summary>
    internal Action<int>? MapIds { get; init; }

    /// <summary>Called with its pid when its namespaces exist, while it mounts.</summary>
    internal Action<int>? NamespacesReady { get; init; }

    /// <summary>Whom its seccomp listener is for.</summary>
    internal SeccompListener? Listener { get; init; }

    /// <summary>Called with its pid when everything is mounted and the machine's root is still there.</summary>
    internal Action<int>? Mounted { get; init; }
}

/// <summary>Clones the child, lets it run its plan, and listens to what it says (see the diagram above <see cref="ChildStep"/>).</summary>
internal static unsafe class ChildLauncher
{
    /// <summary>Makes the child and returns when its program runs.</summary>
    internal static LaunchedChild Launch(ChildPlan plan, LaunchTarget target)
    {
        var (own, childs) = FileDescriptors.SocketPair();
        using var socket = own;
        int pid, pidFd;
        using (childs)
        {
            pid = Clone(plan, target, childs.Number(), own.Number(), &pidFd);
        }

        using var conversation = new Conversation(plan, own.Number(), pid, new SafeFileHandle(pidFd, ownsHandle: true));
        return conversation.Listen(target);
    }

    private static int Clone(ChildPlan plan, LaunchTarget target, int childSocket, int ownSocket, int* pidFd)
    {
        var (namespaces, pidNamespace, unifiedCgroup) = (target.Namespaces, target.PidNamespace, target.UnifiedCgroup);
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
        var pid = CloneAndRun(&arguments, operations, count, childSocket, ownSocket);
        _ = Syscall.rt_sigprocmask(Syscall.SIG_SETMASK, &before, null);
        if (ownPidNamespace is not null) Check(Syscall.setns(ownPidNamespace.Number(), Syscall.CLONE_NEWPID), "return to pid namespace");
        Check(pid, "clone3");
        return (int)pid;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static nint CloneAndRun(Syscall.clone_args* arguments, ChildOperation* operations, int count, int socket, int parentSocket)
    {
        var pid = Syscall.clone3(arguments);
        if (pid == 0) ChildProgram.Run(operations, count, socket, parentSocket);
        return pid;
    }

    /// <summary>What parent and child say to each other; nothing of the child is left when it ends without a result.</summary>
    private sealed class Conversation(ChildPlan plan, int socket, int pid, SafeFileHandle process) : IDisposable
    {
        private SafeFileHandle? _process = process;
        private SafeFileHandle? _between;
        private SafeFileHandle? _terminal;
        private int _pid = pid;
        private Exception? _failure;

        internal LaunchedChild Listen(LaunchTarget target)
        {
            while (true)
            {
                var received = ChildMessages.Receive(socket, out var message, out var fd);

                // Once: it has ended without hearing the answer. What it has said before comes next.
                if (received == -LibC.ECONNRESET) continue;
                if (received < 0) throw new KernelException("recvmsg", "child", (int)-received);
                if (received == 0)
                {
                    if (_failure is not null) ExceptionDispatchInfo.Throw(_failure);
                    return Result();
                }

                switch (message.Kind)
                {
                    case ChildMessageKind.Ready:
                        Accompany(target.NamespacesReady);
                        break;
                    case ChildMessageKind.MapIds:
                        target.MapIds?.Invoke(_pid);
                        Answer();
                        break;
                    case ChildMessageKind.Mounted:
                        target.Mounted?.Invoke(_pid);
                        Answer();
                        break;
                    case ChildMessageKind.Listener:
                        target.Listener?.Send(_process!, _pid, message.Operation);
                        Answer();
                        break;
                    case ChildMessageKind.Terminal:
                        _terminal = new SafeFileHandle(fd, ownsHandle: true);
                        break;
                    case ChildMessageKind.Entered:
                        (_between, _process, _pid) = (_process, new SafeFileHandle(fd, ownsHandle: true), message.Operation);
                        break;
                    case ChildMessageKind.Created:
                        return Result();
                    default:
                        // The end of file tells that whoever is between has said all, too.
                        _failure = ChildFailure.ToException(message, plan.Subject(message.Operation), fd);
                        break;
                }
            }
        }

        public void Dispose()
        {
            if (_between is not null)
            {
                _ = ExitStatus.Reap(_between);
                _between.Dispose();
            }

            if (_process is null) return;
            _ = ProcessIdentity.Signal(_process, LibC.SIGKILL);
            _ = ExitStatus.Reap(_process);
            _process.Dispose();
            _terminal?.Dispose();
        }

        // The child goes on meanwhile, and may have failed before this does, or for want of it: what it says of that is the better reason.
        private void Accompany(Action<int>? action)
        {
            try
            {
                action?.Invoke(_pid);
                Answer();
            }
            catch (Exception e)
            {
                _failure = e;
                _ = ProcessIdentity.Signal(_process!, LibC.SIGKILL);
            }
        }

        private void Answer() => Check(ChildMessages.Send(socket, new ChildMessage { Kind = ChildMessageKind.Go }), "answer child");

        private LaunchedChild Result()
        {
            var result = new LaunchedChild(_pid, _process!, _terminal);
            _process = null;
            return result;
        }
    }

    private static void Check(nint result, string step)
    {
        if (result < 0) throw new RuntimeStepException(step, "container process", (int)-result);
    }
}
