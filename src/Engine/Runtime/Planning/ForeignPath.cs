using System.Globalization;
using ContainerPS.Engine.Linux;
using Tmds.Linux;

namespace ContainerPS.Engine.Runtime;

/// <summary>
/// A path in another process's mount namespace, written <c>/proc/PID/root/…</c>. The kernel clones mounts only of the namespace the caller is in, so the
/// calling thread goes there. The path is resolved in that process's root: it cannot lead out of it.
/// </summary>
internal readonly record struct ForeignPath(int Pid, string Inner)
{
    private const ulong CLONE_FS = 0x200;

    /// <summary>Reads it; null when it is an ordinary path.</summary>
    internal static ForeignPath? Parse(string path)
    {
        // "", "proc", PID, "root", the rest
        var parts = path.Split('/', 5);
        return parts is ["", "proc", var pid, "root", var inner] && int.TryParse(pid, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? new(number, "/" + inner) : null;
    }

    /// <summary>Does something with the path while the thread is in that namespace; its working directory is the root afterwards.</summary>
    internal T Visit<T>(Func<string, T> action)
    {
        using var own = FileDescriptors.Open("/proc/thread-self/ns/mnt", LibC.O_RDONLY);
        using var other = FileDescriptors.Open(string.Create(CultureInfo.InvariantCulture, $"/proc/{Pid}/ns/mnt"), LibC.O_RDONLY);

        // A thread that shares root and working directory with others may not change its namespace alone.
        Check(Syscall.unshare(CLONE_FS), "unshare");
        Check(Syscall.setns(other.Number(), Syscall.CLONE_NEWNS), "join mount namespace");
        try
        {
            return action(Inner);
        }
        finally
        {
            if (Syscall.setns(own.Number(), Syscall.CLONE_NEWNS) < 0) Environment.FailFast("The thread cannot return to its mount namespace.");
        }
    }

    private void Check(nint result, string step)
    {
        if (result < 0) throw new RuntimeStepException(step, string.Create(CultureInfo.InvariantCulture, $"/proc/{Pid}/ns/mnt"), (int)-result);
    }
}
