using ContainerPS.Engine.Linux;
using Tmds.Linux;

namespace ContainerPS.Engine.Runtime;

// Hooks that run in the container's namespaces: children of the child.
internal static unsafe partial class ChildProgram
{
    private const int F_DUPFD_CLOEXEC = 1030;

    /// <summary>Runs the <see cref="HookData"/> at <c>Data</c> and waits for it. What it wrote stays open when it fails.</summary>
    private static nint RunHook(ChildOperation* operation, ChildDescriptors* descriptors)
    {
        var hook = (HookData*)operation->Data;
        int input, output;
        fixed (byte* name = "hook"u8)
        {
            input = Syscall.memfd_create(name, 1 /* MFD_CLOEXEC */);
            if (input < 0) return input;
            output = Syscall.memfd_create(name, 1);
            if (output < 0) return output;
        }

        var result = WriteState(hook, input);
        if (result >= 0) result = RunHook(hook, input, output, descriptors);
        _ = ChildCalls.close(input);
        if (result < 0) descriptors->Output = output;
        else _ = ChildCalls.close(output);
        return result;
    }

    /// <summary>The container's state, with this process's pid as it is in its pid namespace.</summary>
    private static nint WriteState(HookData* hook, int file)
    {
        var digits = stackalloc byte[12];
        var first = 12;
        var pid = (int)Syscall.getpid();
        do digits[--first] = (byte)('0' + pid % 10);
        while ((pid /= 10) > 0);
        var result = Syscall.write(file, hook->StateBefore, hook->StateBeforeLength);
        if (result >= 0) result = Syscall.write(file, digits + first, 12 - first);
        if (result >= 0) result = Syscall.write(file, hook->StateAfter, hook->StateAfterLength);
        return result < 0 ? result : ChildCalls.rewind(file);
    }

    private static nint RunHook(HookData* hook, int input, int output, ChildDescriptors* descriptors)
    {
        // Execve closes the pipe, or its failure comes through it.
        var pipe = stackalloc int[2];
        nint result = Syscall.pipe2(pipe, ChildCalls.O_CLOEXEC);
        if (result < 0) return result;
        int process;

        // Not clone3: filters answer ENOSYS to it, since they cannot see its flags.
        var pid = Syscall.clone(Syscall.CLONE_PIDFD | 17 /* SIGCHLD */, &process);
        if (pid == 0) BecomeHook(hook, input, output, pipe[1], descriptors->Root);
        _ = ChildCalls.close(pipe[1]);
        if (pid < 0)
        {
            _ = ChildCalls.close(pipe[0]);
            return pid;
        }

        var error = 0;
        do result = Syscall.read(pipe[0], &error, sizeof(int));
        while (result == -LibC.EINTR);
        _ = ChildCalls.close(pipe[0]);
        var ended = AwaitHook(process, (int)pid, hook->Timeout);
        _ = ChildCalls.close(process);
        return error != 0 ? -error : ended;
    }

    private static void BecomeHook(HookData* hook, int input, int output, int pipe, int root)
    {
        _ = Syscall.setsid();
        nint result = 0;
        if (hook->InRoot) result = ChildCalls.fchdir(root);

        // Copies above the targets: one of them may have a target's number.
        var from = ChildCalls.fcntl(input, F_DUPFD_CLOEXEC, 10);
        var to = ChildCalls.fcntl(output, F_DUPFD_CLOEXEC, 10);
        var failure = ChildCalls.fcntl(pipe, F_DUPFD_CLOEXEC, 10);
        if (result >= 0) result = ChildCalls.dup3((int)from, 0);
        if (result >= 0) result = ChildCalls.dup3((int)to, 1);
        if (result >= 0) result = ChildCalls.dup3((int)to, 2);
        if (result >= 0) result = Syscall.close_range(3, uint.MaxValue, Syscall.CLOSE_RANGE_CLOEXEC);
        if (result >= 0) result = Syscall.execve(hook->Path, hook->Arguments, hook->Environment);
        var error = (int)-result;
        _ = Syscall.write((int)failure, &error, sizeof(int));
        End(127);
    }

    private static nint AwaitHook(int process, int pid, int timeout)
    {
        var wait = new Syscall.PollFd { fd = process, events = Syscall.POLLIN };
        nint ready;
        do ready = Syscall.poll(&wait, 1, timeout);
        while (ready == -LibC.EINTR);
        if (ready < 0) return ready;
        if (ready == 0)
        {
            _ = Syscall.kill(-pid, 9 /* SIGKILL */);
            _ = Syscall.pidfd_send_signal(process, 9);
        }

        var siginfo = stackalloc int[32];
        nint result;
        do result = Syscall.waitid(Syscall.P_PIDFD, process, (byte*)siginfo, Syscall.WEXITED);
        while (result == -LibC.EINTR);
        if (result < 0) return result;
        if (ready == 0) return -LibC.ETIMEDOUT;
        var status = siginfo[6] & 0xFF;
        if (siginfo[2] != Syscall.CLD_EXITED) return -(HookFailure.Signal | status);
        return status == 0 ? 0 : -(HookFailure.Exit | status);
    }
}
