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

    /// <summary>Name of the colour, among those of $PSStyle.Foreground, that tells how a container is; null when it needs none.</summary>
    public static string? Color(Container container)
    {
        ArgumentNullException.ThrowIfNull(container);
        return container switch
        {
            { Health: ContainerHealth.Unhealthy } => "Red",
            { Health: ContainerHealth.Starting } or { State: ContainerState.Paused or ContainerState.Restarting } => "Yellow",
            { State: ContainerState.Running } => "Green",
            { State: ContainerState.Exited, ExitCode: not 0 } => "Red",
            { State: ContainerState.Exited } => "BrightBlack",
            _ => null,
        };
    }

    /// <summary>The command on one line, in quotes, cut when it is long.</summary>
    public static string Command(Container container)
    {
        ArgumentNullException.ThrowIfNull(container);
        var line = string.Join(' ', container.Command).ReplaceLineEndings(" ");
        return line.Length <= LongestCommand ? $"\"{line}\"" : $"\"{line[..(LongestCommand - 1)]}…\"";
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
}
