using System.Diagnostics;
using ContainerPS.Engine.Containers;

namespace ContainerPS.Engine.Build;

/// <summary>What has been done, and who is told of it. Several threads write to it.</summary>
internal sealed class BuildLog(IProgress<BuildProgress>? progress)
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<(int Stage, int Number), BuildStep> _steps = [];

    /// <summary>The steps that are done, in the order of the Dockerfile.</summary>
    internal IReadOnlyList<BuildStep> Steps
    {
        get
        {
            lock (_gate) return [.. _steps.Values];
        }
    }

    /// <summary>Begins a step.</summary>
    internal StepLog Begin(int stage, BuildStep step)
    {
        Report(new BuildProgress(step, BuildEvent.Started));
        return new StepLog(this, stage, step);
    }

    private void Report(BuildProgress value)
    {
        if (progress is null) return;
        lock (_gate) progress.Report(value);
    }

    private void Add(int stage, BuildStep step)
    {
        lock (_gate) _steps[(stage, step.Number)] = step;
    }

    /// <summary>What one step has to tell.</summary>
    internal sealed class StepLog(BuildLog log, int stage, BuildStep step)
    {
        private const int MostLines = 100;
        private const int LongestLine = 16 * 1024;

        private readonly long _started = Stopwatch.GetTimestamp();
        private readonly Queue<string> _lines = new();
        private readonly LineSplitter _standard = new(OutputStream.Stdout);
        private readonly LineSplitter _errors = new(OutputStream.Stderr);
        private readonly List<OutputLine> _new = [];

        /// <summary>The step.</summary>
        internal BuildStep Step => step;

        /// <summary>The last lines that its program has written.</summary>
        internal IReadOnlyList<string> Output => [.. _lines];

        /// <summary>Takes what its program has written.</summary>
        internal void Write(OutputStream stream, ReadOnlyMemory<byte> data)
        {
            (stream == OutputStream.Stdout ? _standard : _errors).Add(data.Span, _new);
            Flush();
        }

        /// <summary>Its program writes nothing more.</summary>
        internal void Complete()
        {
            _standard.Complete(_new);
            _errors.Complete(_new);
            Flush();
        }

        /// <summary>Tells something.</summary>
        internal void Say(string message) => log.Report(new BuildProgress(step, BuildEvent.Message, message));

        /// <summary>Ends the step.</summary>
        internal void Done(bool isCached)
        {
            step = step with { Duration = Stopwatch.GetElapsedTime(_started), IsCached = isCached };
            log.Add(stage, step);
            log.Report(new BuildProgress(step, isCached ? BuildEvent.Cached : BuildEvent.Done));
        }

        /// <summary>The step has failed.</summary>
        internal void Fail()
        {
            step = step with { Duration = Stopwatch.GetElapsedTime(_started) };
            log.Report(new BuildProgress(step, BuildEvent.Failed));
        }

        private void Flush()
        {
            foreach (var line in _new)
            {
                var text = line.Text.Length <= LongestLine ? line.Text : line.Text[..LongestLine] + "…";
                _lines.Enqueue(text);
                if (_lines.Count > MostLines) _lines.Dequeue();
                log.Report(new BuildProgress(step, BuildEvent.Output, text));
            }

            _new.Clear();
        }
    }
}
