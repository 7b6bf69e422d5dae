using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Runcs;

/// <summary>
/// Waits for a process whose terminal somebody else has. When that one gives it back and goes, the terminal stays open here, and what is written to it is
/// read, so that the process goes on.
/// </summary>
internal static unsafe class TerminalKeeper
{
    /// <summary>Waits for the end of the process.</summary>
    internal static void Attend(SafeFileHandle socket, SafeFileHandle process)
    {
        const int size = 4096;
        var buffer = stackalloc byte[size];
        var fds = stackalloc Syscall.PollFd[3];
        fds[0] = new() { fd = process.Number(), events = Syscall.POLLIN };
        fds[1] = new() { fd = socket.Number(), events = Syscall.POLLIN };
        fds[2] = new() { fd = -1, events = Syscall.POLLIN };
        SafeFileHandle? master = null;
        while (fds[0].revents == 0)
        {
            Polling.Wait(fds, 3, -1);
            if (fds[2].revents != 0)
            {
                var read = Syscall.read(fds[2].fd, buffer, size);
                if (read <= 0 && read != -LibC.EINTR && read != -LibC.EAGAIN) fds[2].fd = -1;
            }

            if (fds[1].revents == 0) continue;
            master = Receive(socket);
            fds[1].fd = -1;
            fds[2].fd = master?.Number() ?? -1;
        }

        master?.Dispose();
    }

    // Null when the other side has closed the socket, or was killed: the terminal has gone with it.
    private static SafeFileHandle? Receive(SafeFileHandle socket)
    {
        try
        {
            return FileDescriptors.Receive(socket);
        }
        catch (KernelException)
        {
            return null;
        }
    }
}
