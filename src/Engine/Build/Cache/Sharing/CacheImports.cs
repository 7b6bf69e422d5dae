using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Build;

/// <summary>Steps of other machines' builds, from the places that were given. A place that cannot be had is told of, and done without.</summary>
internal sealed class CacheImports : IDisposable
{
    private readonly BuildSession _session;
    private readonly IReadOnlyList<CachePlace> _places;
    private readonly List<(CachePlace Place, CacheReader Reader)> _readers = [];
    private readonly List<string> _failures = [];
    private readonly Lock _gate = new();
    private bool _isOpen;

    internal CacheImports(BuildSession session)
    {
        _session = session;
        _places = [.. session.Settings.CacheFrom.Select(text => CachePlace.Parse(text, session.Settings.Folder, "CacheFrom"))];
    }

    /// <summary>What could not be had, and why.</summary>
    internal IReadOnlyList<string> Failures
    {
        get
        {
            lock (_gate) return [.. _failures];
        }
    }

    /// <summary>Takes a step over; null when nobody has done it.</summary>
    /// <param name="key">What its result follows from.</param>
    /// <param name="state">The stage that it goes on top of.</param>
    /// <param name="layers">Takes its layer in.</param>
    /// <param name="isPartOfResult">True when its layer becomes one of the result.</param>
    internal (BuildLayer Layer, string Text)? Take(Digest key, BuildState state, LayerMaker layers, bool isPartOfResult)
    {
        if (_places.Count == 0) return null;
        foreach (var (place, reader) in Readers())
        {
            if (reader.Find(key) is not { } step) continue;
            try
            {
                return (layers.Import(Digest.Parse(step.DiffId, "The step"), step.Created, state, isPartOfResult, chain => reader.PlanOf(Digest.Parse(step.DiffId, "The step"), chain), reader.OpenLayer), step.Text);
            }
            catch (Exception e) when (IsFailure(e))
            {
                // One error tells enough of a place.
                lock (_gate)
                {
                    if (_readers.Remove((place, reader))) _failures.Add($"No more steps are taken from '{place}': {e.Message}");
                }
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, reader) in _readers) reader.Dispose();
    }

    private IReadOnlyList<(CachePlace Place, CacheReader Reader)> Readers()
    {
        lock (_gate)
        {
            if (!_isOpen)
            {
                _isOpen = true;
                foreach (var place in _places) Open(place);
            }

            return [.. _readers];
        }
    }

    private void Open(CachePlace place)
    {
        try
        {
            _readers.Add((place, CacheReader.Open(place, _session.Paths, _session.Scratch.NewPath, _session.Cancellation)));
        }
        catch (Exception e) when (IsFailure(e))
        {
            _failures.Add($"No steps are taken from '{place}': {e.Message}");
        }
    }

    private static bool IsFailure(Exception e) => e is IOException or UnauthorizedAccessException || (e is ContainerEngineException and not NoSpaceException);
}
