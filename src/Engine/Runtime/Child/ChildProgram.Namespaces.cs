using ContainerPS.Engine.Linux;
using Tmds.Linux;

namespace ContainerPS.Engine.Runtime;

// Joining and making namespaces, also in a process between (see the diagrams above ChildStep).
internal static unsafe partial class ChildProgram
{
    /// <summary>
    /// Joins namespaces <c>Flags</c> of <c>Fd</c>, unless that was done. With <c>Length</c> 1 it may be forbidden: they are tried again
    /// from inside the user namespace, which may own them.
    /// </summary>
    private static nint JoinNamespaces(ChildOperation* operation, ChildDescriptors* descriptors)
    {
        if ((descriptors->Joined & operation->Flags) != 0) return 0;
        var result = Syscall.setns(operation->Fd, operation->Flags);
        if (result == -LibC.EPERM && operation->Length == 1) return 0;
        if (result >= 0) descriptors->Joined |= operation->Flags;
        return result;
    }

    /// <summary>Makes a user namespace and waits until the parent, who may do that, has given it its ids.</summary>
    private static nint NewUserNamespace(int socket)
    {
        var result = Syscall.unshare(Syscall.CLONE_NEWUSER);
        return result < 0 ? result : AskParent(socket, ChildMessageKind.MapIds);
    }

    /// <summary>Makes a time namespace for the next child; its clocks differ by <c>Text</c>, <c>Length</c> bytes (man 7 time_namespaces).</summary>
    private static nint NewTimeNamespace(ChildOperation* operation)
    {
        var result = Syscall.unshare(Syscall.CLONE_NEWTIME);
        return result < 0 || operation->Length == 0 ? result : WriteProcFile(operation);
    }

    /// <summary>Makes the process that goes on, in new namespaces <c>flags</c> and in those that were joined, and ends when it has told the parent of it.</summary>
    private static nint EnterNamespaces(ulong flags, int socket)
    {
        int pidFd;
        var arguments = new Syscall.clone_args { flags = flags | Syscall.CLONE_PARENT | Syscall.CLONE_PIDFD, pidfd = (ulong)&pidFd };
        var pid = Syscall.clone3(&arguments);

        // Filters answer so because they cannot look into its argument; what they allow, they allow by the older call.
        if (pid == -LibC.ENOSYS && flags == 0) pid = Syscall.clone(arguments.flags, &pidFd);
        if (pid <= 0) return pid;
        _ = ChildMessages.Send(socket, new ChildMessage { Kind = ChildMessageKind.Entered, Operation = (int)pid }, pidFd);
        End(0);
        return 0;
    }

    /// <summary>Takes a new network namespace's loopback device up (man 7 netdevice): programs in it speak to each other at 127.0.0.1 and ::1.</summary>
    private static nint RaiseLoopback()
    {
        const uint SIOCSIFFLAGS = 0x8914;
        const short IFF_UP = 1;
        var socket = ChildCalls.unix_socket();
        if (socket < 0) return socket;
        var request = stackalloc byte[40]; // struct ifreq: the name in 16 bytes, then the flags
        for (var i = 0; i < 40; i++) request[i] = 0;
        (request[0], request[1]) = ((byte)'l', (byte)'o');
        *(short*)(request + 16) = IFF_UP;
        var result = ChildCalls.ioctl((int)socket, SIOCSIFFLAGS, request);
        _ = ChildCalls.close((int)socket);
        return result;
    }

    /// <summary>
    /// Becomes the user namespace's root, or whom it has instead: until then the process is the caller's user, whom the namespace may not
    /// even know.
    /// </summary>
    private static nint BecomeRoot(uint user, uint group)
    {
        var result = Syscall.setresgid(group, group, group);
        return result < 0 ? result : Syscall.setresuid(user, user, user);
    }
}
