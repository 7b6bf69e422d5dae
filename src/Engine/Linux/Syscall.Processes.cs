using System.Runtime.InteropServices;

namespace ContainerPS.Engine.Linux;

// Processes, namespaces, credentials, signals (man 2 clone, pidfd_open, setns, prctl, capset, seccomp, execve).
internal static unsafe partial class Syscall
{
    internal const ulong CLONE_NEWTIME = 0x00000080;
    internal const ulong CLONE_PIDFD = 0x00001000;
    internal const ulong CLONE_PARENT = 0x00008000;
    internal const ulong CLONE_NEWNS = 0x00020000;
    internal const ulong CLONE_NEWCGROUP = 0x02000000;
    internal const ulong CLONE_NEWUTS = 0x04000000;
    internal const ulong CLONE_NEWIPC = 0x08000000;
    internal const ulong CLONE_NEWUSER = 0x10000000;
    internal const ulong CLONE_NEWPID = 0x20000000;
    internal const ulong CLONE_NEWNET = 0x40000000;
    internal const ulong CLONE_CLEAR_SIGHAND = 0x100000000;
    internal const ulong CLONE_INTO_CGROUP = 0x200000000;

    internal const int PR_SET_PDEATHSIG = 1;
    internal const int PR_SET_DUMPABLE = 4;
    internal const int PR_SET_KEEPCAPS = 8;
    internal const int PR_SET_NAME = 15;
    internal const int PR_CAPBSET_READ = 23;
    internal const int PR_CAPBSET_DROP = 24;
    internal const int PR_SET_CHILD_SUBREAPER = 36;
    internal const int PR_SET_NO_NEW_PRIVS = 38;
    internal const int PR_CAP_AMBIENT = 47;
    internal const int PR_CAP_AMBIENT_RAISE = 2;
    internal const int PR_CAP_AMBIENT_CLEAR_ALL = 4;


    internal const int SECCOMP_SET_MODE_FILTER = 1;
    internal const uint CLOSE_RANGE_CLOEXEC = 4;
    internal const int KEYCTL_JOIN_SESSION_KEYRING = 1;
    internal const int SIG_SETMASK = 2;

    /// <summary>Argument of clone3 (linux/sched.h).</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct clone_args
    {
        internal ulong flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size, cgroup;
    }

    /// <summary>Capability sets of one process, version 3 (linux/capability.h): low words, then high words.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct CapabilityData
    {
        internal uint EffectiveLow, PermittedLow, InheritableLow, EffectiveHigh, PermittedHigh, InheritableHigh;
    }

    /// <summary>A soft and a hard limit (struct rlimit64).</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct rlimit64
    {
        internal ulong rlim_cur, rlim_max;
    }

    /// <summary>A filter program (struct sock_fprog).</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct sock_fprog
    {
        internal ushort len;
        internal void* filter;
    }

    /// <summary>Makes a process: its id in the caller, 0 in the child, or <c>-errno</c>.</summary>
    internal static nint clone3(clone_args* args) => Raw(SYS_clone3, (nint)args, sizeof(clone_args));

    /// <summary>As <see cref="clone3"/>; <paramref name="pidFd"/> is set with CLONE_PIDFD. The low byte of the flags is the signal at its end.</summary>
    internal static nint clone(ulong flags, int* pidFd) => Raw(Number(56, 220), (nint)flags, 0, (nint)pidFd);

    internal static nint pidfd_open(int pid, uint flags = 0) => Raw(SYS_pidfd_open, pid, (nint)flags);

    internal static nint pidfd_send_signal(int pidfd, int signal) => Raw(SYS_pidfd_send_signal, pidfd, signal);

    /// <summary>A duplicate of another process's descriptor.</summary>
    internal static nint pidfd_getfd(int pidfd, int fd) => Raw(438, pidfd, fd);

    internal static nint setns(int fd, ulong flags) => Raw(Number(308, 268), fd, (nint)flags);

    internal static nint unshare(ulong flags) => Raw(Number(272, 97), (nint)flags);

    internal static nint waitid(int type, int id, byte* siginfo, int options) => Raw(Number(247, 95), type, id, (nint)siginfo, options);

    internal static nint execve(byte* path, byte** argv, byte** envp) => Raw(Number(59, 221), (nint)path, (nint)argv, (nint)envp);

    /// <summary>Executes an open file, with an empty path and AT_EMPTY_PATH.</summary>
    internal static nint execveat(int directory, byte* path, byte** argv, byte** envp, int flags) =>
        Raw(Number(322, 281), directory, (nint)path, (nint)argv, (nint)envp, flags);

    internal static nint setpgid(int pid, int group) => Raw(Number(109, 154), pid, group);

    internal static nint exit_group(int status) => Raw(Number(231, 94), status);

    internal static nint getpid() => Raw(Number(39, 172));

    internal static nint kill(int pid, int signal) => Raw(Number(62, 129), pid, signal);

    internal static nint getpgid(int pid) => Raw(Number(121, 155), pid);

    internal static nint setsid() => Raw(Number(112, 157));

    internal static nint prctl(int option, nint a = 0, nint b = 0, nint c = 0, nint d = 0) => Raw(Number(157, 167), option, a, b, c, d);

    internal static nint capset(CapabilityData* data)
    {
        var header = 0x20080522UL; // _LINUX_CAPABILITY_VERSION_3, process 0: the caller
        return Raw(Number(126, 91), (nint)(&header), (nint)data);
    }

    internal static nint capget(CapabilityData* data)
    {
        var header = 0x20080522UL;
        return Raw(Number(125, 90), (nint)(&header), (nint)data);
    }

    internal static nint seccomp(uint operation, uint flags, void* args) => Raw(Number(317, 277), (nint)operation, (nint)flags, (nint)args);

    internal static nint close_range(uint first, uint last, uint flags) => Raw(SYS_close_range, (nint)first, (nint)last, (nint)flags);

    internal static nint prlimit64(int pid, int resource, rlimit64* newLimit, rlimit64* oldLimit) =>
        Raw(Number(302, 261), pid, resource, (nint)newLimit, (nint)oldLimit);

    internal static nint setgroups(nint count, uint* groups) => Raw(Number(116, 159), count, (nint)groups);

    internal static nint setresuid(uint real, uint effective, uint saved) => Raw(Number(117, 147), (nint)real, (nint)effective, (nint)saved);

    internal static nint setresgid(uint real, uint effective, uint saved) => Raw(Number(119, 149), (nint)real, (nint)effective, (nint)saved);

    internal static nint umask(uint mask) => Raw(Number(95, 166), (nint)mask);

    internal static nint sethostname(byte* name, nint length) => Raw(Number(170, 161), (nint)name, length);

    internal static nint setdomainname(byte* name, nint length) => Raw(Number(171, 162), (nint)name, length);

    internal static nint personality(uint domain) => Raw(Number(135, 92), (nint)domain);

    /// <summary>Sets the caller's scheduling; <paramref name="attributes"/> begin with their size.</summary>
    internal static nint sched_setattr(void* attributes) => Raw(Number(314, 274), 0, (nint)attributes, 0);

    internal static nint sched_setaffinity(void* mask, nint size) => Raw(Number(203, 122), 0, size, (nint)mask);

    /// <summary>The caller's CPUs: how many bytes of the mask were written, or <c>-errno</c>.</summary>
    internal static nint sched_getaffinity(void* mask, nint size) => Raw(Number(204, 123), 0, size, (nint)mask);

    internal static nint ioprio_set(int priority) => Raw(Number(251, 30), 1 /* IOPRIO_WHO_PROCESS */, 0, priority);

    internal static nint keyctl(int operation, nint a) => Raw(Number(250, 219), operation, a);

    /// <summary>Sets or asks a signal's action; <paramref name="action"/> is the kernel's struct of 32 bytes.</summary>
    internal static nint rt_sigaction(int signal, void* action, void* old) => Raw(Number(13, 134), signal, (nint)action, (nint)old, 8);

    internal static nint rt_sigprocmask(int how, ulong* set, ulong* old) => Raw(Number(14, 135), how, (nint)set, (nint)old, 8);
}
