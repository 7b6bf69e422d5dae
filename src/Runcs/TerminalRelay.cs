using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Runcs;

/// <summary>Carries bytes between the caller's terminal, put into raw mode, and that of a container's process.</summary>
internal static unsafe class TerminalRelay
{
    /// <summary>Carries bytes until the process has ended and its output is written.</summary>
    internal static void Run(SafeFileHandle master, SafeFileHandle process)
    {
        var isTerminal = TerminalSettings.TryRead(0, out var saved) && saved.Raw(processOutput: false).Apply(0);
        try
        {
            if (TerminalSettings.SizeOf(0) is { } size) TerminalSettings.SetSize(master, size);
            Relay(master.Number(), process.Number());
        }
        finally
        {
            if (isTerminal) saved.Apply(0);
        }
    }

    private static void Relay(int master, int process)
    {
        var buffer = stackalloc byte[16384];
        var fds = stackalloc Syscall.PollFd[3];
        fds[0] = new() { fd = master, events = Syscall.POLLIN };
        fds[1] = new() { fd = 0, events = Syscall.POLLIN };
        fds[2] = new() { fd = process, events = Syscall.POLLIN };
        while (true)
        {
            // Once the process has ended, only what is left in the terminal is awaited.
            var ended = fds[2].revents != 0;
            var ready = Syscall.poll(fds, 3, ended ? 0 : -1);
            if (ready == -LibC.EINTR) continue;
            if (fds[0].revents != 0)
            {
                var read = Syscall.read(master, buffer, 16384);
                if (read <= 0) return; // EIO: nobody has the other end open any more
                Output.Write(1, new ReadOnlySpan<byte>(buffer, (int)read));
            }
            else if (ended)
            {
                return;
            }

            if (fds[1].revents == 0) continue;
            var typed = Syscall.read(0, buffer, 16384);
            if (typed <= 0) fds[1].fd = -1;
            else Output.Write(master, new ReadOnlySpan<byte>(buffer, (int)typed));
        }
    }
}
