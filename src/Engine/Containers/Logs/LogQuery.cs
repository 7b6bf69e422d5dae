using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;

namespace ContainerPS.Engine.Containers;

/// <summary>Answers Get-ContainerLog from the log files, and goes on with what is added when asked to follow.</summary>
internal static class LogQuery
{
    /// <summary>The lines asked for, in order.</summary>
    /// <param name="path">The log file that is written; without one there are no lines.</param>
    /// <param name="options">Which lines.</param>
    /// <param name="monitor">The process that writes the log, or null when the container does not run; following ends with it.</param>
    /// <param name="cancellation">Ends following.</param>
    internal static IEnumerable<ContainerLogLine> Read(string path, LogOptions options, SafeFileHandle? monitor, CancellationToken cancellation)
    {
        if (!File.Exists(path)) yield break;

        // The folder is watched, not the file: the log goes on in another one when that is full.
        using var watch = options.Follow && monitor is not null ? FileWatch.OfGrowth(Path.GetDirectoryName(path)!) : null;
        using var reader = new JsonLogReader(path);
        foreach (var line in Tail(reader, options))
        {
            cancellation.ThrowIfCancellationRequested();
            yield return line;
        }

        while (watch is not null)
        {
            // Whether the writer lives is asked before the file is read: what it wrote last is then not missed.
            var alive = watch.Wait(monitor!, cancellation);
            foreach (var line in reader.ReadToEnd())
            {
                if (options.Until is { } until && line.Time >= until) yield break;
                if (IsWanted(line, options)) yield return line;
            }

            if (!alive) break;
        }

        foreach (var line in reader.Unfinished())
            if (IsWanted(line, options)) yield return line;
    }

    private static IEnumerable<ContainerLogLine> Tail(JsonLogReader reader, LogOptions options)
    {
        if (options is { Tail: { } few, Since: null, Until: null }) reader.SkipToLast(few);
        IEnumerable<ContainerLogLine> lines = Wanted(reader.ReadToEnd(), options);
        if (!options.Follow) lines = lines.Concat(Wanted(reader.Unfinished(), options));
        if (options.Tail is not { } count) return lines;
        var last = new Queue<ContainerLogLine>();
        foreach (var line in lines)
        {
            last.Enqueue(line);
            if (last.Count > count) last.Dequeue();
        }

        return last;
    }

    private static IEnumerable<ContainerLogLine> Wanted(IEnumerable<ContainerLogLine> lines, LogOptions options)
    {
        foreach (var line in lines)
            if (IsWanted(line, options)) yield return line;
    }

    private static bool IsWanted(ContainerLogLine line, LogOptions options) =>
        !(line.Time < options.Since) && !(line.Time >= options.Until);
}
