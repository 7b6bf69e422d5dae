using System.Runtime.InteropServices;

namespace ContainerPS.Engine.Linux;

/// <summary>
/// Typed raw system calls that Tmds.LibC lacks, split by concern into the files Syscall.*.cs beside this one.
/// Each returns the kernel's answer, or <c>-errno</c>: no exception, no allocation, so that all of them may be used between clone and exec.
/// </summary>
internal static unsafe partial class Syscall
{
    /// <summary>Calls the kernel and turns libc's -1 into <c>-errno</c>.</summary>
    internal static nint Raw(nint number, nint a = 0, nint b = 0, nint c = 0, nint d = 0, nint e = 0, nint f = 0)
    {
        var result = syscall(number, a, b, c, d, e, f);
        return result == -1 ? -Marshal.GetLastSystemError() : result;
    }

    [DllImport("libc", EntryPoint = "syscall")]
    private static extern nint syscall(nint number, nint a, nint b, nint c, nint d, nint e, nint f);

    /// <summary>System-call numbers that differ by processor.</summary>
    internal static nint Number(nint x64, nint arm64) =>
        RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? arm64 : x64;

    // Since Linux 5.1 new calls have one number on all processors.
    internal const nint SYS_pidfd_send_signal = 424;
    internal const nint SYS_open_tree = 428;
    internal const nint SYS_move_mount = 429;
    internal const nint SYS_fsopen = 430;
    internal const nint SYS_fsconfig = 431;
    internal const nint SYS_fsmount = 432;
    internal const nint SYS_pidfd_open = 434;
    internal const nint SYS_clone3 = 435;
    internal const nint SYS_close_range = 436;
    internal const nint SYS_openat2 = 437;
    internal const nint SYS_mount_setattr = 442;
}
