using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Linux;

/// <summary>How a terminal treats what is typed and shown (man 3 termios, man 2 TCSETS), as the kernel's structure.</summary>
internal readonly unsafe struct TerminalSettings
{
    private const uint TCGETS = 0x5401;
    private const uint TCSETS = 0x5402;
    private const uint TIOCGWINSZ = 0x5413;
    private const uint TIOCSWINSZ = 0x5414;

    private readonly Termios _termios;

    private TerminalSettings(Termios termios) => _termios = termios;

    /// <summary>Whether a descriptor is a terminal.</summary>
    internal static bool IsTerminal(int fd) => TryRead(fd, out _);

    /// <summary>The settings of a terminal; false when the descriptor is none.</summary>
    internal static bool TryRead(int fd, out TerminalSettings settings)
    {
        Termios termios;
        var result = Ioctl(fd, TCGETS, &termios);
        settings = new TerminalSettings(termios);
        return result == 0;
    }

    /// <summary>These, changed so that each key comes at once and unchanged, as cfmakeraw does.</summary>
    /// <param name="processOutput">True to keep what is done to output: a line feed still begins a line at its left.</param>
    internal TerminalSettings Raw(bool processOutput)
    {
        var raw = _termios;
        raw.Flags[0] &= ~0x5EBu; // c_iflag: IGNBRK BRKINT PARMRK ISTRIP INLCR IGNCR ICRNL IXON
        if (!processOutput) raw.Flags[1] &= ~1u; // c_oflag: OPOST
        raw.Flags[2] = (raw.Flags[2] & ~0x130u) | 0x30; // c_cflag: CSIZE PARENB, CS8
        raw.Flags[3] &= ~0x804Bu; // c_lflag: ECHO ECHONL ICANON ISIG IEXTEN
        const int VTIME = 5;
        const int VMIN = 6;
        raw.Characters[VTIME] = 0;
        raw.Characters[VMIN] = 1;
        return new TerminalSettings(raw);
    }

    /// <summary>These, changed so that a line comes when it is finished and is shown as it is typed; a shell that edits lines by itself has that turned off.</summary>
    internal TerminalSettings Lines()
    {
        var lines = _termios;
        lines.Flags[0] |= 0x502; // c_iflag: BRKINT ICRNL IXON
        lines.Flags[1] |= 0x5; // c_oflag: OPOST ONLCR
        lines.Flags[3] |= 0x803B; // c_lflag: ISIG ICANON ECHO ECHOE ECHOK IEXTEN
        return new TerminalSettings(lines);
    }

    /// <summary>Gives a terminal these settings at once. False when it is none, or has gone.</summary>
    internal bool Apply(int fd)
    {
        var termios = _termios;
        nint result;
        do result = Ioctl(fd, TCSETS, &termios);
        while (result == -LibC.EINTR);
        return result == 0;
    }

    /// <summary>A terminal's rows and columns; null when the descriptor is none, or nobody has given it a size.</summary>
    internal static TerminalSize? SizeOf(int fd)
    {
        var size = stackalloc ushort[4];
        return Ioctl(fd, TIOCGWINSZ, size) == 0 && size[0] > 0 && size[1] > 0 ? new TerminalSize(size[0], size[1]) : null;
    }

    /// <summary>Sets a terminal's size; its foreground processes are told by SIGWINCH.</summary>
    internal static void SetSize(SafeFileHandle terminal, TerminalSize asked)
    {
        var size = stackalloc ushort[4];
        (size[0], size[1], size[2], size[3]) = (asked.Rows, asked.Columns, 0, 0);
        _ = Ioctl(terminal.Number(), TIOCSWINSZ, size);
    }

    private static nint Ioctl(int fd, uint request, void* argument) => Syscall.Raw(Syscall.Number(16, 29), fd, (nint)request, (nint)argument);

    // struct termios of the kernel; its size is that of the larger one of libc.
    private struct Termios
    {
        public Flags4 Flags;
        public byte Line;
        public ControlCharacters Characters;
    }

    [InlineArray(4)]
    private struct Flags4
    {
        private uint _first;
    }

    [InlineArray(19 + 24)]
    private struct ControlCharacters
    {
        private byte _first;
    }
}

/// <summary>Rows and columns of a terminal.</summary>
internal readonly record struct TerminalSize(ushort Rows, ushort Columns);
