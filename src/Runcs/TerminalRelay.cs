using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Runcs;

/// <summary>Carries bytes between the caller's terminal, put into raw mode, and that of a container's process.</summary>
internal static unsafe class TerminalRelay
{
    private const uint TCGETS = 0x5401;
    private const uint TCSETSW = 0x5403;
    private const uint TIOCGWINSZ = 0x5413;
    private const uint TIOCSWINSZ = 0x5414;
    private const int TermiosSize = 64;

    /// <summary>Carries bytes until the process has ended and its output is written.</summary>
    internal static void Run(SafeFileHandle master, SafeFileHandle process)
    {
        var saved = stackalloc byte[TermiosSize];
        var isTerminal = EnterRawMode(saved);
        try
        {
            CopySize(master);
            Relay(master.Number(), process.Number());
        }
        finally
        {
            if (isTerminal) _ = Ioctl(0, TCSETSW, saved);
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

    private static void CopySize(SafeFileHandle master)
    {
        var size = stackalloc ushort[4];
        if (Ioctl(0, TIOCGWINSZ, size) == 0) _ = Ioctl(master.Number(), TIOCSWINSZ, size);
    }

    /// <summary>As cfmakeraw does (man 3 termios); false when standard input is not a terminal.</summary>
    private static bool EnterRawMode(byte* saved)
    {
        if (Ioctl(0, TCGETS, saved) != 0) return false;
        var raw = stackalloc byte[TermiosSize];
        Buffer.MemoryCopy(saved, raw, TermiosSize, TermiosSize);
        var flags = (uint*)raw; // c_iflag, c_oflag, c_cflag, c_lflag
        flags[0] &= ~0x5EBu; // IGNBRK BRKINT PARMRK ISTRIP INLCR IGNCR ICRNL IXON
        flags[1] &= ~1u; // OPOST
        flags[2] = (flags[2] & ~0x130u) | 0x30; // CSIZE PARENB, CS8
        flags[3] &= ~0x804Bu; // ECHO ECHONL ICANON ISIG IEXTEN
        return Ioctl(0, TCSETSW, raw) == 0;
    }

    private static nint Ioctl(int fd, uint request, void* argument) => Syscall.Raw(Syscall.Number(16, 29), fd, (nint)request, (nint)argument);
}
