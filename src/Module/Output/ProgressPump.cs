using System.Collections.Concurrent;
using System.Diagnostics;
using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>
/// Shows the progress of work that is done on other threads: one record for the whole, one below it for each item, at most ten a second each. Only the
/// pipeline's thread may write, so it waits here for news while the work goes on elsewhere.
/// </summary>
/// <param name="cmdlet">The running cmdlet.</param>
/// <param name="activity">What is done, for the whole.</param>
internal sealed class ProgressPump(PSCmdlet cmdlet, string activity)
{
    // Longer than pwsh itself waits between two pictures of its progress: what comes sooner it draws only when something else comes later.
    private const int Quiet = 250;

    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(100);

    private readonly int _id = Random.Shared.Next(1, int.MaxValue / 2);
    private readonly Dictionary<string, (int Id, long Shown)> _items = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ProgressRecord> _latest = new(StringComparer.Ordinal);
    private long _wholeShown;

    /// <summary>Does the work and shows its progress until it is done.</summary>
    /// <param name="work">Reports what it does to what it is given.</param>
    /// <param name="cancellation">Ends the work, which is then waited for.</param>
    internal T Run<T>(Func<IProgress<ProgressItem>, T> work, CancellationToken cancellation)
    {
        using var news = new BlockingCollection<ProgressItem>();
        var task = Task.Factory.StartNew(
            () =>
            {
                try
                {
                    return work(new Reporter(news));
                }
                finally
                {
                    news.CompleteAdding();
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        try
        {
            Follow(news, cancellation);
        }
        catch (OperationCanceledException)
        {
            // The work hears of it by the same token; what it throws is what counts.
        }

        try
        {
            return task.GetAwaiter().GetResult();
        }
        finally
        {
            if (!cancellation.IsCancellationRequested)
                Complete();
        }
    }

    // When there is no news for a while, the latest is shown again: it may have come too soon after what was before it to be seen, here or by the host.
    private void Follow(BlockingCollection<ProgressItem> news, CancellationToken cancellation)
    {
        var repeats = 0;
        while (!news.IsCompleted)
        {
            if (news.TryTake(out var item, repeats > 0 ? Quiet : Timeout.Infinite, cancellation))
            {
                Show(item);
                repeats = 2;
                continue;
            }

            foreach (var record in _latest.Values)
                cmdlet.WriteProgress(record);
            repeats--;
        }
    }

    private void Show(ProgressItem item)
    {
        if (item.Verbose is not null)
        {
            cmdlet.WriteVerbose(item.Verbose);
            return;
        }

        if (item.Information is not null)
        {
            // As Write-Host does: it is seen, and can be taken or silenced as stream 6.
            cmdlet.WriteInformation(new HostInformationMessage { Message = item.Information }, ["PSHOST"]);
            return;
        }

        var now = Stopwatch.GetTimestamp();
        if (item.Name.Length == 0)
        {
            ShowWhole(item, now);
            return;
        }

        var isKnown = _items.TryGetValue(item.Name, out var state);
        var id = isKnown ? state.Id : _id + _items.Count + 1;
        var record = new ProgressRecord(id, item.Name, item.Status)
        {
            ParentActivityId = _id,
            PercentComplete = item.Percent,
            SecondsRemaining = item.SecondsRemaining,
            RecordType = item.IsDone ? ProgressRecordType.Completed : ProgressRecordType.Processing,
        };
        if (item.IsDone)
            _latest.Remove(item.Name);
        else
            _latest[item.Name] = record;
        if (isKnown && !item.IsDone && Stopwatch.GetElapsedTime(state.Shown, now) < s_interval)
            return;
        if (!isKnown && _wholeShown == 0)
            cmdlet.WriteProgress(new ProgressRecord(_id, activity, item.Name));
        _items[item.Name] = (id, now);
        cmdlet.WriteProgress(record);
    }

    private void ShowWhole(ProgressItem item, long now)
    {
        var record = new ProgressRecord(_id, activity, item.Status) { PercentComplete = item.Percent, SecondsRemaining = item.SecondsRemaining };
        _latest[""] = record;
        if (_wholeShown != 0 && Stopwatch.GetElapsedTime(_wholeShown, now) < s_interval)
            return;
        _wholeShown = now;
        cmdlet.WriteProgress(record);
    }

    private void Complete()
    {
        foreach (var (name, state) in _items)
            cmdlet.WriteProgress(new ProgressRecord(state.Id, name, " ") { ParentActivityId = _id, RecordType = ProgressRecordType.Completed });
        if (_items.Count > 0 || _wholeShown != 0)
            cmdlet.WriteProgress(new ProgressRecord(_id, activity, " ") { RecordType = ProgressRecordType.Completed });
    }

    private sealed class Reporter(BlockingCollection<ProgressItem> news) : IProgress<ProgressItem>
    {
        public void Report(ProgressItem value)
        {
            if (!news.IsAddingCompleted)
                news.Add(value);
        }
    }
}

/// <summary>How far one item has come.</summary>
/// <param name="Name">The item; empty for the whole.</param>
/// <param name="Status">What is done with it.</param>
/// <param name="Percent">Percent, or -1 when the whole is not known.</param>
/// <param name="IsDone">True when nothing is left to do.</param>
internal readonly record struct ProgressItem(string Name, string Status, int Percent, bool IsDone)
{
    /// <summary>Time left, or -1 when nobody knows.</summary>
    internal int SecondsRemaining { get; init; } = -1;

    /// <summary>Set when this is no progress but a message for -Verbose.</summary>
    internal string? Verbose { get; init; }

    /// <summary>Set when this is a line of text to be shown.</summary>
    internal string? Information { get; init; }

    /// <summary>From bytes.</summary>
    internal static ProgressItem FromBytes(string name, string status, long done, long? total) =>
        new(name, status, total is > 0 ? (int)Math.Min(100, done * 100 / total.Value) : -1, total is { } all && done >= all);
}
