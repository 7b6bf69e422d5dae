using System.Text;
using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Cgroups;

/// <summary>A file of version 2 such as <c>cgroup.events</c>, which says by poll that it has changed since it was read.</summary>
internal sealed unsafe class KernelEvents : IDisposable
{
    private const short POLLPRI = 0x2;
    private readonly SafeFileHandle _file;

    private KernelEvents(SafeFileHandle file) => _file = file;

    /// <summary>Opens the file; null when it does not exist.</summary>
    internal static KernelEvents? TryOpen(string path)
    {
        var fd = KernelFile.Open(path, LibC.O_RDONLY);
        return fd < 0 ? null : new KernelEvents(new SafeFileHandle(fd, ownsHandle: true));
    }

    /// <summary>What poll is asked for: ready when the file changes after <see cref="Read"/>.</summary>
    internal Syscall.PollFd ToPoll() => new() { fd = _file.Number(), events = POLLPRI };

    /// <summary>The file's text; empty when its cgroup is gone.</summary>
    internal string Read()
    {
        Span<byte> buffer = stackalloc byte[1024];
        fixed (byte* pointer = buffer)
        {
            var length = Syscall.Raw(Syscall.Number(17, 67) /* pread64 */, _file.Number(), (nint)pointer, buffer.Length, 0);
            return length <= 0 ? "" : Encoding.UTF8.GetString(buffer[..(int)length]);
        }
    }

    /// <summary>Waits until the file has changed since it was read: false at the timeout.</summary>
    internal bool Wait(int milliseconds)
    {
        var poll = ToPoll();
        return Polling.Wait(&poll, 1, milliseconds) > 0;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
