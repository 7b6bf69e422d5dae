namespace ContainerPS.Engine.Networks;

/// <summary>
/// The resolvers, and in which order they are asked. Who has been silent several times in a row is asked last for a while, so that not every query has to wait
/// for it. Once is not enough: it may have been the name that takes long, and some resolvers know names that the next one does not.
/// </summary>
internal sealed class UpstreamList
{
    /// <summary>How long a silent resolver is asked last, in milliseconds.</summary>
    private const long SilentFor = 30_000;

    /// <summary>How often it must have been silent.</summary>
    private const int SilentTimes = 3;

    private readonly long[] _silentUntil;
    private readonly int[] _silences;
    private readonly bool _rotate;
    private uint _first;

    internal UpstreamList(UpstreamOptions options)
    {
        Addresses = [.. options.Servers.Select(NameSocket.Address)];
        _silentUntil = new long[Addresses.Length];
        _silences = new int[Addresses.Length];
        _rotate = options.Rotate;
    }

    /// <summary>Their addresses as the kernel takes them.</summary>
    internal byte[][] Addresses { get; }

    /// <summary>How many there are.</summary>
    internal int Count => Addresses.Length;

    /// <summary>Writes the order for a query.</summary>
    internal void WriteOrder(Span<int> order, long now)
    {
        var count = 0;
        var first = _rotate ? (int)(_first++ % (uint)Count) : 0;
        for (var pass = 0; pass < 2; pass++)
        {
            for (var i = 0; i < Count; i++)
            {
                var server = (first + i) % Count;
                if (_silentUntil[server] > now == (pass == 1)) order[count++] = server;
            }
        }
    }

    /// <summary>Notes that one has said nothing in time.</summary>
    internal void WasSilent(int server, long now)
    {
        if (++_silences[server] >= SilentTimes) _silentUntil[server] = now + SilentFor;
    }

    /// <summary>Notes that one has answered.</summary>
    internal void HasAnswered(int server) => (_silences[server], _silentUntil[server]) = (0, 0);
}
