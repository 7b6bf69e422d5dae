using System.Runtime.ExceptionServices;

namespace ContainerPS.Engine.Build;

/// <summary>Builds the stages that are needed, those side by side that do not wait for each other. A stage waits only for ones before it, which are begun earlier: nobody waits in a circle.</summary>
internal static class StageScheduler
{
    private const int MostWorkers = 2;

    /// <summary>Builds them, and gives the target.</summary>
    /// <param name="plan">The stages.</param>
    /// <param name="sources">Who waits for them.</param>
    /// <param name="build">Builds one.</param>
    /// <param name="cancel">Ends the others when one has failed.</param>
    internal static BuildState Run(BuildPlan plan, BuildSources sources, Func<PlannedStage, BuildState> build, Action cancel)
    {
        var needed = plan.Stages.OfType<PlannedStage>().ToList();
        sources.Expect(needed.Select(static stage => stage.Index));
        if (needed.Count == 1) return build(needed[0]);
        var next = -1;
        Exception? failure = null;
        var workers = new Thread[Math.Min(MostWorkers, needed.Count)];
        for (var i = 0; i < workers.Length; i++)
        {
            workers[i] = new Thread(Work) { IsBackground = true, Name = "build-stage" };
            workers[i].Start();
        }

        foreach (var worker in workers) worker.Join();
        if (failure is not null) ExceptionDispatchInfo.Throw(failure);
        return sources.StateOf(plan.Target.Index);

        void Work()
        {
            while (Interlocked.Increment(ref next) is var index && index < needed.Count)
            {
                var result = sources.ResultOf(needed[index].Index);
                try
                {
                    result.SetResult(build(needed[index]));
                }
                catch (Exception e)
                {
                    // The first failure is the cause; those after it follow from the cancellation.
                    Interlocked.CompareExchange(ref failure, e, null);
                    cancel();
                    result.SetException(e);
                    _ = result.Task.Exception;
                }
            }
        }
    }
}
