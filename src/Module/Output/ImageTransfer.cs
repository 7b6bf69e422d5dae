using System.Diagnostics;
using System.Management.Automation;
using ContainerPS.Engine;
using ContainerPS.Engine.Images;

namespace ContainerPS.Module;

/// <summary>Pulls and pushes for a cmdlet: shows one progress record for the image and one for each layer, and names each request with -Verbose.</summary>
/// <param name="cmdlet">The running cmdlet.</param>
/// <param name="cancellation">Ctrl+C.</param>
internal sealed class ImageTransfer(PSCmdlet cmdlet, CancellationToken cancellation)
{
    /// <summary>Pulls an image.</summary>
    internal PullResult Pull(LocalEngine engine, PullRequest request)
    {
        var pump = new ProgressPump(cmdlet, $"Pulling {request.Image}");
        return pump.Run(
            progress => engine.Images.Pull(
                new PullRequest { Image = request.Image, Platform = request.Platform, AllPlatforms = request.AllPlatforms, Log = Log(progress) }, new Layers(progress), cancellation),
            cancellation);
    }

    /// <summary>Pushes an image.</summary>
    internal IReadOnlyList<Image> Push(LocalEngine engine, string image, bool allTags)
    {
        var pump = new ProgressPump(cmdlet, $"Pushing {image}");
        return pump.Run(progress => engine.Images.Push(new PushRequest { Image = image, AllTags = allTags, Log = Log(progress) }, new Layers(progress), cancellation), cancellation);
    }

    private static Action<string> Log(IProgress<ProgressItem> progress) => text => progress.Report(new ProgressItem(" ", "", -1, false) { Verbose = text });

    /// <summary>Makes words and percents of bytes.</summary>
    private sealed class Layers(IProgress<ProgressItem> progress) : IProgress<TransferProgress>
    {
        private readonly Lock _gate = new();
        private readonly Dictionary<int, (TransferProgress Last, long Began, long BeganAt)> _layers = [];
        private readonly long _started = Stopwatch.GetTimestamp();
        private long _movedBefore = -1;

        public void Report(TransferProgress value)
        {
            lock (_gate)
            {
                var moves = value.Phase is TransferPhase.Downloading or TransferPhase.Uploading;
                if (!_layers.TryGetValue(value.Index, out var state) || (moves && state.Last.Phase != value.Phase)) state = (value, Stopwatch.GetTimestamp(), value.Done);
                _layers[value.Index] = (value, state.Began, state.BeganAt);
                ReportWhole(value.Count);
                var isDone = value.Phase is TransferPhase.Done or TransferPhase.Exists;
                var (speed, seconds) = Speed(value.Done - state.BeganAt, value.Total - value.Done, state.Began);
                progress.Report(new ProgressItem(value.Layer, Status(value, moves ? speed : 0), Percent(value.Done, value.Total), isDone) { SecondsRemaining = moves ? seconds : -1 });
            }
        }

        private void ReportWhole(int count)
        {
            long done = 0, total = 0;
            var finished = 0;
            foreach (var (layer, _, _) in _layers.Values)
            {
                done += layer.Done;
                total += layer.Total;
                if (layer.Phase is TransferPhase.Done or TransferPhase.Exists) finished++;
            }

            if (_movedBefore < 0) _movedBefore = done;
            var (speed, seconds) = Speed(done - _movedBefore, total - done, _started);
            var rate = speed > 0 ? $", {HumanReadable.Size(speed)}/s" : "";
            progress.Report(new ProgressItem("", $"{finished} of {count} layers, {HumanReadable.Size(done)} of {HumanReadable.Size(total)}{rate}", Percent(done, total), false) { SecondsRemaining = seconds });
        }

        private static string Status(TransferProgress value, long speed) => value.Phase switch
        {
            TransferPhase.Waiting => "Waiting",
            TransferPhase.Extracting => "Extracting",
            TransferPhase.Exists => "Already there",
            TransferPhase.Done => "Done",
            _ => $"{value.Phase} {HumanReadable.Size(value.Done)} of {HumanReadable.Size(value.Total)}{(speed > 0 ? $", {HumanReadable.Size(speed)}/s" : "")}",
        };

        // Nothing is said before a moment has passed: the first bytes come from a buffer and promise too much.
        private static (long Speed, int Seconds) Speed(long moved, long left, long since)
        {
            var elapsed = Stopwatch.GetElapsedTime(since).TotalSeconds;
            if (elapsed < 0.5 || moved <= 0) return (0, -1);
            var speed = moved / elapsed;
            return ((long)speed, (int)Math.Min(int.MaxValue, left / speed));
        }

        private static int Percent(long done, long total) => total > 0 ? (int)Math.Min(100, done * 100 / total) : -1;
    }
}
