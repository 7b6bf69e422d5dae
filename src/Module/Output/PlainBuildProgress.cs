using System.Globalization;

namespace ContainerPS.Module;

/// <summary>News of a build as lines of text, all output included, as <c>docker build --progress=plain</c> has them.</summary>
internal sealed class PlainBuildProgress(IProgress<ProgressItem> progress) : IProgress<BuildProgress>
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public void Report(BuildProgress value)
    {
        var name = value.Step.ToString();
        if (!_numbers.TryGetValue(name, out var number))
            _numbers[name] = number = _numbers.Count + 1;
        Write(number, value.Event switch
        {
            BuildEvent.Started => name,
            BuildEvent.Output => string.Create(CultureInfo.InvariantCulture, $"| {value.Line}"),
            BuildEvent.Message => value.Line!,
            BuildEvent.Cached => "CACHED",
            BuildEvent.Done => string.Create(CultureInfo.InvariantCulture, $"DONE {value.Step.Duration.TotalSeconds:0.0}s"),
            _ => "ERROR",
        });
    }

    private void Write(int number, string text) => progress.Report(new ProgressItem(" ", "", -1, false) { Information = string.Create(CultureInfo.InvariantCulture, $"#{number} {text}") });
}
