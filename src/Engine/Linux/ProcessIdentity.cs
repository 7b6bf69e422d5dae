using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Linux;

/// <summary>A process told apart from a later one with the same pid by its start time (man 5 proc_pid_stat, field 22).</summary>
internal static class ProcessIdentity
{
    // linux/sched.h: it has begun to exit, and has no namespaces any more, though it is no zombie yet.
    private const uint PF_EXITING = 4;

    /// <summary>The start time of a process in clock ticks since boot, or null when it does not exist or is a zombie.</summary>
    internal static ulong? StartTime(int pid) => Read(pid)?.StartTime;

    /// <summary>True while the process that began at <paramref name="startTime"/> exists and has not begun to exit.</summary>
    internal static bool IsAlive(int pid, ulong startTime) => Read(pid) is { } status && status.StartTime == startTime && (status.Flags & PF_EXITING) == 0;

    private static (uint Flags, ulong StartTime)? Read(int pid)
    {
        Span<byte> buffer = stackalloc byte[1024];
        int length;
        try
        {
            using var file = File.OpenHandle($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/stat");
            length = RandomAccess.Read(file, buffer, 0);
        }
        catch (IOException)
        {
            return null;
        }

        // The name in parentheses may hold anything; fields are counted from the last one on. State is field 3, flags are 9, the start time is 22.
        ReadOnlySpan<byte> rest = buffer[..length];
        rest = rest[(rest.LastIndexOf((byte)')') + 2)..];
        if (rest.IsEmpty || rest[0] is (byte)'Z' or (byte)'X') return null;
        uint flags = 0;
        for (var field = 3; field < 22; field++)
        {
            if (field == 9 && !System.Buffers.Text.Utf8Parser.TryParse(rest, out flags, out _)) return null;
            rest = rest[(rest.IndexOf((byte)' ') + 1)..];
        }

        return System.Buffers.Text.Utf8Parser.TryParse(rest, out ulong start, out _) ? (flags, start) : null;
    }

    /// <summary>A descriptor of a child that was not reaped yet.</summary>
    internal static SafeFileHandle OpenChild(int pid)
    {
        var fd = (int)Syscall.pidfd_open(pid);
        return fd >= 0 ? new SafeFileHandle(fd, true) : throw new KernelException("pidfd_open", pid.ToString(CultureInfo.InvariantCulture), -fd);
    }

    /// <summary>A descriptor of the process that began at <paramref name="startTime"/>, or null when it is gone.</summary>
    internal static SafeFileHandle? Open(int pid, ulong startTime)
    {
        // A container that is being made has no process yet.
        if (pid <= 0) return null;
        var fd = (int)Syscall.Raw(Syscall.SYS_pidfd_open, pid);
        if (fd == -LibC.ESRCH) return null;
        if (fd < 0) throw new KernelException("pidfd_open", pid.ToString(CultureInfo.InvariantCulture), -fd);
        var handle = new SafeFileHandle(fd, true);

        // The descriptor holds the pid, so what is read now is of the process it was opened for.
        if (StartTime(pid) == startTime) return handle;
        handle.Dispose();
        return null;
    }

    /// <summary>Sends a signal; false when the process is gone.</summary>
    internal static bool Signal(SafeFileHandle process, int signal)
    {
        var result = (int)Syscall.Raw(Syscall.SYS_pidfd_send_signal, process.Number(), signal);
        if (result == -LibC.ESRCH) return false;
        if (result < 0) throw new KernelException("pidfd_send_signal", signal.ToString(CultureInfo.InvariantCulture), -result);
        return true;
    }
}
