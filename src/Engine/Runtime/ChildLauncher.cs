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
    /// <param name="mounted">Called when everything is mounted and it waits for its parent.</param>
    internal static LaunchedChild Launch(ChildPlan plan, ulong namespaces, int pidNamespace, int unifiedCgroup, Action<int>? namespacesReady, Action<int>? mounted = null)
    {
        var (own, childs) = FileDescriptors.SocketPair();
        using var socket = own;
        int pid, pidFd;
        using (childs)
        {
            pid = Clone(plan, namespaces, pidNamespace, unifiedCgroup, childs.Number(), &pidFd);
        }

        using var conversation = new Conversation(plan, own.Number(), pid, new SafeFileHandle(pidFd, ownsHandle: true));
        return conversation.Listen(namespacesReady, mounted);
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

    /// <summary>What parent and child say to each other; nothing of the child is left when it ends without a result.</summary>
    private sealed class Conversation(ChildPlan plan, int socket, int pid, SafeFileHandle process) : IDisposable
    {
        private SafeFileHandle? _process = process;
        private SafeFileHandle? _between;
        private SafeFileHandle? _terminal;
        private int _pid = pid;
        private ContainerEngineException? _failure;

        internal LaunchedChild Listen(Action<int>? namespacesReady, Action<int>? mounted)
        {
            while (true)
            {
                var received = ChildMessages.Receive(socket, out var message, out var fd);
                if (received < 0) throw new KernelException("recvmsg", "child", (int)-received);
                if (received == 0) return _failure is null ? Result() : throw _failure;
                switch (message.Kind)
                {
                    case ChildMessageKind.Ready:
                        namespacesReady?.Invoke(_pid);
                        Check(ChildMessages.Send(socket, new ChildMessage { Kind = ChildMessageKind.Go }), "answer child");
                        break;
                    case ChildMessageKind.Mounted:
                        mounted?.Invoke(_pid);
                        Check(ChildMessages.Send(socket, new ChildMessage { Kind = ChildMessageKind.Go }), "answer child");
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
            _ = ProcessIdentity.Signal(_process, 9 /* SIGKILL */);
            _ = ExitStatus.Reap(_process);
            _process.Dispose();
            _terminal?.Dispose();
        }

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
