using Microsoft.Win32.SafeHandles;

namespace ContainerPS.Engine.Linux;

/// <summary>A descriptor that becomes readable when a token is cancelled, so that poll wakes up.</summary>
internal sealed unsafe class CancellationDescriptor : IDisposable
{
    private readonly SafeFileHandle? _event;
    private readonly CancellationTokenRegistration _registration;

    internal CancellationDescriptor(CancellationToken cancellation)
    {
        if (!cancellation.CanBeCanceled) return;
        var file = new SafeFileHandle(Syscall.eventfd(0), true);
        _event = file;
        _registration = cancellation.Register(() =>
        {
            ulong one = 1;
            _ = Syscall.write(file.Number(), &one, sizeof(ulong));
        });
    }

    /// <summary>The descriptor's number; -1, which poll ignores, for a token that cannot be cancelled.</summary>
    internal int Number => _event?.Number() ?? -1;

    /// <inheritdoc/>
    public void Dispose()
    {
        _registration.Dispose();
        _event?.Dispose();
    }
}
