using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Linux.Netlink;
using Microsoft.Win32.SafeHandles;

namespace ContainerPS.Engine.Networks;

/// <summary>
/// Makes the sockets by which resolvers are asked: of the thread's network namespace, or of another, which the thread visits while it makes one. A socket stays
/// where it was made.
/// </summary>
internal sealed class ResolverSockets : IDisposable
{
    private readonly SafeFileHandle? _from;
    private readonly SafeFileHandle? _own;

    /// <param name="from">The other namespace; null for the thread's.</param>
    internal ResolverSockets(SafeFileHandle? from)
    {
        _from = from;
        if (from is not null) _own = NetworkNamespace.Current();
    }

    /// <summary>Makes a socket for addresses of that kind; or <c>-errno</c>.</summary>
    internal int Make(ReadOnlySpan<byte> address, int type)
    {
        if (_from is null) return NameSocket.Make(address, type);
        try
        {
            NetworkNamespace.Enter(_from);
        }
        catch (KernelException e)
        {
            return -e.Errno;
        }

        var socket = NameSocket.Make(address, type);

        // Who cannot come back must not go on here.
        NetworkNamespace.Enter(_own!);
        return socket;
    }

    /// <inheritdoc/>
    public void Dispose() => _own?.Dispose();
}
