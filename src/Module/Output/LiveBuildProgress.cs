using System.Globalization;
using System.Diagnostics;

namespace ContainerPS.Module;

/// <summary>News of a build as progress records: one for each step under way, with its time and the last line that it has written.</summary>
internal sealed class LiveBuildProgress(IProgress<ProgressItem> progress) : IProgress<BuildProgress>
{
    private readonly Dictionary<string, long> _started = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public void Report(BuildProgress value)
    {
        var name = value.Step.ToString();
        switch (value.Event)
        {
            case BuildEvent.Started:
                _started[name] = Stopwatch.GetTimestamp();
                progress.Report(new ProgressItem("", name, value.Step.Total > 0 ? Math.Min(100, (value.Step.Number - 1) * 100 / value.Step.Total) : -1, false));
                progress.Report(new ProgressItem(name, " ", -1, false));
                break;
            case BuildEvent.Output or BuildEvent.Message:
                progress.Report(new ProgressItem(name, Status(name, value.Line), -1, false));
                break;
            case BuildEvent.Cached:
                Verbose($"{name} CACHED");
                progress.Report(new ProgressItem(name, "CACHED", 100, true));
                break;
            case BuildEvent.Done:
                Verbose(string.Create(CultureInfo.InvariantCulture, $"{name} {value.Step.Duration.TotalSeconds:0.0}s"));
                progress.Report(new ProgressItem(name, "Done", 100, true));
                break;
            default:
                progress.Report(new ProgressItem(name, "Failed", -1, true));
                break;
        }
    }

    private void Verbose(string text) => progress.Report(new ProgressItem(" ", "", -1, false) { Verbose = text });

    private string Status(string name, string? line)
    {
        var seconds = _started.TryGetValue(name, out var started) ? Stopwatch.GetElapsedTime(started).TotalSeconds : 0;
        return string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0}s {line}");
    }
}
