using Microsoft.Win32.SafeHandles;

namespace ContainerPS.Engine.Networks;

/// <summary>A published port that is held for its container: by a socket bound to it, so that no other program can have it.</summary>
internal sealed class ClaimedPort : IDisposable
{
    private readonly IDisposable? _lock;

    internal ClaimedPort(PublishedPort published, SafeFileHandle? socket, IDisposable? held) => (Published, Socket, _lock) = (published, socket, held);

    /// <summary>Where on the host.</summary>
    internal PublishedPort Published { get; }

    /// <summary>The bound socket, which listens (tcp, sctp); null when a lock holds the port.</summary>
    internal SafeFileHandle? Socket { get; }

    /// <summary>
    /// True when only a lock among containers holds the port, since this kernel has no sockets of its protocol (sctp): then no program can have it, either.
    /// </summary>
    internal bool IsHeldByLock => _lock is not null;

    /// <inheritdoc/>
    public void Dispose()
    {
        Socket?.Dispose();
        _lock?.Dispose();
    }
}
