using System.Globalization;
using System.Net;
using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Networks;

/// <summary>
/// Holds a port among containers where the kernel has no sockets of its protocol: locks on files, gone with the process. All addresses of a family exclude
/// each single one, and single ones only themselves, as with sockets.
/// </summary>
internal sealed class PortLock : IDisposable
{
    private readonly SafeFileHandle _family;
    private readonly SafeFileHandle? _address;

    private PortLock(SafeFileHandle family, SafeFileHandle? address) => (_family, _address) = (family, address);

    /// <summary>Takes the lock, or gives null when somebody has it.</summary>
    internal static PortLock? TryTake(string folder, PublishedPort port)
    {
        Directory.CreateDirectory(folder);
        var name = string.Create(CultureInfo.InvariantCulture, $"{port.Protocol}{(port.IsVersion6 ? 6 : 4)}-{port.HostPort}");
        if (Open(folder, name, port.IsAnyAddress ? Syscall.LOCK_EX : Syscall.LOCK_SH) is not { } family) return null;
        if (port.IsAnyAddress) return new PortLock(family, null);
        if (Open(folder, $"{name}-{FileName(port.HostAddress)}", Syscall.LOCK_EX) is { } address) return new PortLock(family, address);
        Release(family);
        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_address is not null) Release(_address);
        Release(_family);
    }

    // Closing is not enough: a process that is being started has this file, too, until it runs its program.
    private static void Release(SafeFileHandle file)
    {
        _ = Syscall.flock(file.Number(), Syscall.LOCK_UN);
        file.Dispose();
    }

    private static string FileName(IPAddress address) => Convert.ToHexStringLower(address.GetAddressBytes());

    private static SafeFileHandle? Open(string folder, string name, int operation)
    {
        var path = Path.Combine(folder, name);
        var file = FileDescriptors.Open(path, LibC.O_RDWR | LibC.O_CREAT);
        int errno;
        do errno = -(int)Syscall.flock(file.Number(), operation | Syscall.LOCK_NB);
        while (errno == LibC.EINTR);
        if (errno == 0) return file;
        file.Dispose();
        return errno == LibC.EAGAIN ? null : throw new KernelException("flock", path, errno);
    }
}
