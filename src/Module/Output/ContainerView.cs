namespace ContainerPS.Module;

/// <summary>How the views word what a container is; used by ContainerPS.format.ps1xml.</summary>
public static class ContainerView
{
    private const int LongestCommand = 18;
    private const int LongestStep = 45;

    /// <summary>State in Docker's words: <c>Up 2 minutes</c>, <c>Exited (137) 3 seconds ago</c>.</summary>
    public static string Status(Container container)
    {
        ArgumentNullException.ThrowIfNull(container);
        var now = DateTimeOffset.Now;
        var health = container.Health is { } state ? $" ({(state == ContainerHealth.Starting ? "health: starting" : state.ToString().ToLowerInvariant())})" : "";
        return container.State switch
        {
            ContainerState.Running => $"Up {Since(container.StartedAt, now)}{health}",
            ContainerState.Paused => $"Up {Since(container.StartedAt, now)} (Paused)",
            ContainerState.Restarting => $"Restarting ({container.ExitCode}) {Since(container.FinishedAt, now)} ago",
            ContainerState.Exited => $"Exited ({container.ExitCode?.ToString() ?? "?"}) {Since(container.FinishedAt, now)} ago",
            _ => "Created",
        };
    }

    /// <summary>The command on one line, in quotes, cut when it is long.</summary>
    public static string Command(Container container)
    {
        ArgumentNullException.ThrowIfNull(container);
        var line = string.Join(' ', container.Command).ReplaceLineEndings(" ");
        return line.Length <= LongestCommand ? $"\"{line}\"" : $"\"{line[..(LongestCommand - 1)]}…\"";
    }

    /// <summary>The limits in force; empty when there are none.</summary>
    public static string Limits(Container container)
    {
        ArgumentNullException.ThrowIfNull(container);
        var limits = container.Limits;
        (string Name, object? Value)[] all =
        [
            ("Memory", Size(limits.Memory)), ("MemoryReservation", Size(limits.MemoryReservation)), ("MemorySwap", limits.MemorySwap == -1 ? "unlimited" : Size(limits.MemorySwap)),
            ("MemorySwappiness", limits.MemorySwappiness), ("Cpus", limits.Cpus), ("CpuShares", limits.CpuShares), ("CpuSet", limits.CpuSet), ("PidsLimit", limits.PidsLimit),
        ];
        return string.Join(", ", all.Where(static limit => limit.Value is not null).Select(static limit => FormattableString.Invariant($"{limit.Name} {limit.Value}")));
    }

    /// <summary>An id as it is shown: the first 12 digits of one that is a hash.</summary>
    public static string Short(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        var hex = id.StartsWith("sha256:", StringComparison.Ordinal) ? id[7..] : id;
        return hex.Length == 64 ? hex[..12] : id;
    }

    /// <summary>What an event tells besides, as <c>key=value, …</c>.</summary>
    public static string Attributes(ContainerEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        return string.Join(", ", happened.Attributes.OrderBy(static pair => pair.Key, StringComparer.Ordinal).Select(static pair => $"{pair.Key}={pair.Value}"));
    }

    /// <summary>The command of a step of an image's history on one line, cut when it is long.</summary>
    public static string CreatedBy(ImageHistoryEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var line = (entry.CreatedBy ?? "").ReplaceLineEndings(" ");
        return line.Length <= LongestStep ? line : $"{line[..(LongestStep - 1)]}…";
    }

    private static string Since(DateTimeOffset? time, DateTimeOffset now) => HumanReadable.Duration(now - (time ?? now));

    private static string? Size(long? bytes) => bytes is { } value ? HumanReadable.Size(value) : null;
}
