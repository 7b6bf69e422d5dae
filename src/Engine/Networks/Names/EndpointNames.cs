
namespace ContainerPS.Engine.Networks;

/// <summary>
/// The names of the endpoints of the networks that a container is on. They are loaded again when the files they come from have changed, which is looked at
/// when a query comes, but not for each of many that come at once.
/// </summary>
/// <param name="load">Reads the endpoints.</param>
/// <param name="stamp">A number that is another one once they may have changed; see <see cref="FileStamps"/>. Called first, so that no change is missed.</param>
internal sealed class EndpointNames(Func<NamedEndpoints> load, Func<long> stamp) : INameTable
{
    /// <summary>How long answers may lag behind connects and disconnects, in milliseconds.</summary>
    private const long LongestLag = 20;

    private NameIndex _index = new([]);
    private bool _isLoaded;
    private long _stamp;
    private long _lookAgain;

    /// <inheritdoc/>
    public bool MayForward { get; private set; }

    /// <summary>Something has changed: the next query looks, however soon it comes.</summary>
    internal void Expire() => _lookAgain = 0;

    /// <inheritdoc/>
    public void Refresh()
    {
        var now = Environment.TickCount64;
        if (now < _lookAgain) return;
        _lookAgain = now + LongestLag;
        try
        {
            var current = stamp();
            if (_isLoaded && current == _stamp) return;
            var endpoints = load();
            (_index, MayForward) = (new NameIndex(endpoints.Endpoints), endpoints.MayForward);
            (_stamp, _isLoaded) = (current, true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ContainerEngineException)
        {
            // The monitor keeps its container whatever becomes of a file: what was known stays known, and the next query looks again.
        }
    }

    /// <inheritdoc/>
    public NamedAddresses? Find(ReadOnlySpan<byte> name) => _index.Find(name);

    /// <inheritdoc/>
    public byte[]? NameOf(ReadOnlySpan<byte> address) => _index.NameOf(address);
}
