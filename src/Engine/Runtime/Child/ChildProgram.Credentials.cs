using ContainerPS.Engine.Linux;
using Tmds.Linux;

namespace ContainerPS.Engine.Runtime;

// Terminal, descriptors, capabilities, working directory.
internal static unsafe partial class ChildProgram
{
    private const uint TIOCSCTTY = 0x540E;

    /// <summary>The terminal becomes descriptors 0, 1 and 2.</summary>
    private static nint UseTerminal(ChildDescriptors* descriptors)
    {
        nint result = 0;
        for (var fd = 0; fd < 3 && result >= 0; fd++) result = ChildCalls.dup3(descriptors->Terminal, fd);
        return result;
    }

    /// <summary><c>Fd</c> becomes descriptor <c>Length</c>.</summary>
    private static nint UseDescriptor(ChildOperation* operation) =>
        operation->Fd == (int)operation->Length ? ChildCalls.clear_cloexec(operation->Fd) : ChildCalls.dup3(operation->Fd, (int)operation->Length);

    /// <summary>Drops all capabilities but those in <c>Flags</c> from the bounding set, up to the last the kernel knows.</summary>
    private static nint DropBounding(ChildOperation* operation)
    {
        for (var capability = 0; capability < 64; capability++)
        {
            if ((operation->Flags & (1UL << capability)) != 0) continue;
            var result = Syscall.prctl(Syscall.PR_CAPBSET_DROP, capability);
            if (result == -LibC.EINVAL) return 0;
            if (result < 0) return result;
        }

        return 0;
    }

    private static nint RaiseAmbient(ChildOperation* operation)
    {
        for (var capability = 0; capability < 64; capability++)
        {
            if ((operation->Flags & (1UL << capability)) == 0) continue;
            var result = Syscall.prctl(Syscall.PR_CAP_AMBIENT, Syscall.PR_CAP_AMBIENT_RAISE, capability);
            if (result < 0) return result;
        }

        return 0;
    }

    /// <summary>
    /// Loads a filter that hands calls to a listener, and tells the parent of it with as few calls as can be: whatever the filter
    /// hands over from now on waits for an agent that the parent has yet to tell. <c>write</c> is never handed over.
    /// </summary>
    private static nint LoadSeccompListener(ChildOperation* operation, int socket)
    {
        var listener = Syscall.seccomp(Syscall.SECCOMP_SET_MODE_FILTER, (uint)operation->Flags, operation->Data);
        if (listener < 0) return listener;
        var message = new ChildMessage { Kind = ChildMessageKind.Listener, Operation = (int)listener };
        var result = Syscall.write(socket, &message, sizeof(ChildMessage));
        if (result < 0) return result;
        do result = Syscall.read(socket, &message, sizeof(ChildMessage));
        while (result == -LibC.EINTR);
        if (result < 0) return result;
        return result > 0 && message.Kind == ChildMessageKind.Go ? 0 : -LibC.EPIPE;
    }

    /// <summary>
    /// Enters the working directory and asks the kernel where that is: a directory outside the root, reached through an open
    /// descriptor in /proc, has a name that does not begin with a slash ("(unreachable)/…", man 3 getcwd).
    /// </summary>
    private static nint EnterDirectory(byte* path)
    {
        var result = ChildCalls.chdir(path);
        if (result < 0) return result;
        var name = stackalloc byte[4096];
        result = ChildCalls.getcwd(name, 4096);
        if (result < 0) return result;
        return name[0] == '/' ? 0 : -LibC.EXDEV;
    }
}
