using Microsoft.Win32.SafeHandles;

namespace ContainerPS.Engine.Linux;

/// <summary>A descriptor by which one thread wakes another that polls (man 2 eventfd).</summary>
internal sealed unsafe class WakeUp : IDisposable
{
    private readonly SafeFileHandle _event = new(Syscall.eventfd(0), true);

    /// <summary>For poll.</summary>
    internal int Descriptor => _event.Number();

    /// <summary>Wakes whoever polls, now or when it polls next.</summary>
    internal void Set()
    {
        var held = false;
        try
        {
            _event.DangerousAddRef(ref held);
            ulong one = 1;
            _ = Syscall.write(_event.Number(), &one, sizeof(ulong));
        }
        catch (ObjectDisposedException)
        {
            // Nobody polls any more.
        }
        finally
        {
            if (held) _event.DangerousRelease();
        }
    }

    /// <summary>Takes the waking back, for the next.</summary>
    internal void Reset()
    {
        ulong count;
        _ = Syscall.read(_event.Number(), &count, sizeof(ulong));
    }

    /// <inheritdoc/>
    public void Dispose() => _event.Dispose();
}
