using ContainerPS.Engine.Linux;
using Tmds.Linux;

namespace ContainerPS.Engine.Runtime;

// A container's init: the first process becomes it, and the program its child.
internal static unsafe partial class ChildProgram
{
    private const uint TIOCSPGRP = 0x5410;

    /// <summary>
    /// Makes the process that goes on, and becomes the program <c>Fd</c> itself, with arguments <c>Path</c> and environment <c>Data</c>. Its second argument,
    /// <c>Text</c>, has room for the other's pid. With <c>Length</c> 1 the other gets descriptor 0, a terminal, for its own.
    /// </summary>
    private static nint BecomeInit(ChildOperation* operation)
    {
        // For the init to take one by one: not one of them is lost on the way.
        ulong all = ulong.MaxValue, none = 0;
        var result = Syscall.rt_sigprocmask(Syscall.SIG_SETMASK, &all, null);
        if (result < 0) return result;
        var pid = Syscall.clone(17 /* SIGCHLD */, null);
        if (pid < 0) return pid;
        if (pid > 0)
        {
            WriteNumber(operation->Text, (int)pid);
            byte empty = 0;
            return Syscall.execveat(operation->Fd, &empty, (byte**)operation->Path, (byte**)operation->Data, ChildCalls.AT_EMPTY_PATH);
        }

        // It does not outlive the init, which is not always a pid namespace's first process.
        result = Syscall.prctl(Syscall.PR_SET_PDEATHSIG, 9 /* SIGKILL */);
        if (result >= 0) result = Syscall.setpgid(0, 0);
        if (result >= 0 && operation->Length == 1)
        {
            // What the terminal sends (Ctrl+C) then reaches the program alone, and not by way of the init once more.
            var group = (int)Syscall.getpid();
            result = ChildCalls.ioctl(0, TIOCSPGRP, &group);
        }

        return result < 0 ? result : Syscall.rt_sigprocmask(Syscall.SIG_SETMASK, &none, null);
    }

    /// <summary>A number in decimal, zero-terminated.</summary>
    private static void WriteNumber(byte* text, int number)
    {
        var digits = 1;
        for (var rest = number; rest >= 10; rest /= 10) digits++;
        text[digits] = 0;
        for (; digits > 0; number /= 10) text[--digits] = (byte)('0' + (number % 10));
    }
}
