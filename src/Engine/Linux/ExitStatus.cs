using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Linux;

/// <summary>Takes the exit code of an ended child (man 2 waitid).</summary>
internal static unsafe class ExitStatus
{
    /// <summary>Waits until the child has ended, reaps it and gives its exit code, or 128 and the signal that killed it.</summary>
    internal static int Reap(SafeFileHandle pidFd) => Wait(pidFd, 0)!.Value;

    /// <summary>Reaps the child if it has ended; null when it still runs.</summary>
    internal static int? TryReap(SafeFileHandle pidFd) => Wait(pidFd, Syscall.WNOHANG);

    private static int? Wait(SafeFileHandle pidFd, int options)
    {
        // siginfo_t: si_signo, si_errno, si_code, padding, si_pid, si_uid, si_status
        var siginfo = stackalloc int[32];
        new Span<int>(siginfo, 32).Clear();
        nint result;
        do result = Syscall.waitid(Syscall.P_PIDFD, pidFd.Number(), (byte*)siginfo, Syscall.WEXITED | options);
        while (result == -LibC.EINTR);
        if (result < 0) throw new KernelException("waitid", pidFd.Number().ToString(CultureInfo.InvariantCulture), (int)-result);
        if (siginfo[3 + 1] == 0) return null;
        return siginfo[2] == Syscall.CLD_EXITED ? siginfo[6] : 128 + siginfo[6];
    }
}
