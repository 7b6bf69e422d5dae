using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Build;

/// <summary>Does steps that make layers, or takes them from earlier builds. Of several builds that come to the same step, one does it and the others wait.</summary>
internal sealed class StepRunner(BuildSession session)
{
    private readonly LayerMaker _layers = new(session);

    /// <summary>Does a step.</summary>
    /// <param name="state">The stage, whose layer and history it adds to.</param>
    /// <param name="key">What its result follows from.</param>
    /// <param name="createdBy">Its line in the history.</param>
    /// <param name="isPartOfResult">True when its layer becomes one of the result.</param>
    /// <param name="change">Makes the changes in a directory that lies over the stage's files; given its folder, and one beside it for whatever.</param>
    /// <returns>True when an earlier build had done it.</returns>
    internal bool Run(BuildState state, Digest key, string createdBy, bool isPartOfResult, Action<StagedLayer> change)
    {
        if (!session.Settings.NoCache && Find(state, key, isPartOfResult) is { } before)
        {
            Note(state, key, createdBy, before);
            return true;
        }

        using var held = session.Locks.Step(key, session.Cancellation);
        if (!session.Settings.NoCache && (Find(state, key, isPartOfResult) ?? Take(state, key, isPartOfResult)) is { } meanwhile)
        {
            Note(state, key, createdBy, meanwhile);
            return true;
        }

        var staged = _layers.Begin(state);
        try
        {
            change(staged);
            var layer = _layers.Finish(staged, state, isPartOfResult);
            Keep(key, layer, createdBy);
            Note(state, key, createdBy, layer);
            return false;
        }
        finally
        {
            // Of one that was published it has been moved away.
            if (Directory.Exists(staged.Path)) TreeRemover.Remove(staged.Path);
        }
    }

    private void Note(BuildState state, Digest key, string createdBy, BuildLayer layer)
    {
        state.Note(createdBy, layer);
        session.Exports.Add(new UsedStep(key, layer, createdBy));
    }

    private void Keep(Digest key, BuildLayer layer, string text)
    {
        session.Steps.Add(key, new CachedStep { DiffId = layer.DiffId.ToString(), Chain = layer.Chain.ToString(), Created = layer.Created!.Value, Text = text });
        session.HasAddedSteps = true;
    }

    private BuildLayer? Find(BuildState state, Digest key, bool isPartOfResult) => session.Steps.Find(key) is { } step ? _layers.Find(step, state, isPartOfResult) : null;

    // Another machine's build has done it.
    private BuildLayer? Take(BuildState state, Digest key, bool isPartOfResult)
    {
        if (session.Imports.Take(key, state, _layers, isPartOfResult) is not { } taken) return null;
        Keep(key, taken.Layer, taken.Text);
        return taken.Layer;
    }
}
