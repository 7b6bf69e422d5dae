using System.IO.Enumeration;

namespace ContainerPS.Engine.Events;

/// <summary>Which events are wanted.</summary>
public sealed record EventQuery
{
    /// <summary>True to wait for further events. Without <see cref="Since"/> only those from now on are given then.</summary>
    public bool Follow { get; init; }

    /// <summary>Only what happened at or after this time.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only what happened before this time; following ends then.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Only about these sorts of things; empty for all.</summary>
    public IReadOnlyCollection<ContainerEventType> Types { get; init; } = [];

    /// <summary>Only these actions; empty for all.</summary>
    public IReadOnlyCollection<string> Actions { get; init; } = [];

    /// <summary>Only about these containers: names, with wildcards if need be, ids, or beginnings of ids; empty for all. They may be gone by now.</summary>
    public IReadOnlyCollection<string> Containers { get; init; } = [];

    /// <summary>The events that are wanted, in the order in which they were written.</summary>
    internal IEnumerable<ContainerEvent> Run(StorePaths paths, CancellationToken cancellation)
    {
        using var reader = EventReader.Open(paths, fromEnd: Follow && Since is null);
        while (true)
        {
            // The moment is asked before reading: what was written before it is then read.
            var over = !Follow || Until <= DateTimeOffset.UtcNow;
            foreach (var e in reader.ReadToEnd())
            {
                cancellation.ThrowIfCancellationRequested();
                if (IsWanted(e)) yield return e;
            }

            if (over) yield break;
            reader.Wait(Until - DateTimeOffset.UtcNow, cancellation);
        }
    }

    private bool IsWanted(ContainerEvent e) =>
        !(e.Time < Since) && !(e.Time >= Until)
        && (Types.Count == 0 || Types.Contains(e.Type))
        && (Actions.Count == 0 || Actions.Contains(e.Action, StringComparer.OrdinalIgnoreCase))
        && (Containers.Count == 0 || (e.Type == ContainerEventType.Container && Containers.Any(pattern => IsOf(pattern, e))));

    private static bool IsOf(string pattern, ContainerEvent e) =>
        (e.Name is { } name && FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false)) || e.Id.StartsWith(pattern, StringComparison.Ordinal);
}
