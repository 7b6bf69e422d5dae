using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>
/// How the views word what a container is; used by ContainerPS.format.ps1xml. What comes from a job, from another machine or from a file of Export-Clixml is
/// a copy that has the properties alone; it looks the same.
/// </summary>
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

    /// <inheritdoc cref="Status(Container)"/>
    public static string Status(PSObject copy) => Status(Restore(copy));

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

    /// <inheritdoc cref="Color(Container)"/>
    public static string? Color(PSObject copy) => Color(Restore(copy));

    /// <summary>The command on one line, in quotes, cut when it is long.</summary>
    public static string Command(Container container)
    {
        ArgumentNullException.ThrowIfNull(container);
        var line = string.Join(' ', container.Command).ReplaceLineEndings(" ");
        return line.Length <= LongestCommand ? $"\"{line}\"" : $"\"{line[..(LongestCommand - 1)]}…\"";
    }

    /// <inheritdoc cref="Command(Container)"/>
    public static string Command(PSObject copy) => Command(Restore(copy));

    /// <summary>How long ago something was, as <c>2 minutes ago</c>; empty when it never was.</summary>
    public static string Age(object? time) => Time(time) is { } then ? HumanReadable.Age(then, DateTimeOffset.Now) : "";

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
    public static string CreatedBy(string? command)
    {
        var line = (command ?? "").ReplaceLineEndings(" ");
        return line.Length <= LongestStep ? line : $"{line[..(LongestStep - 1)]}…";
    }

    // As much of the container as the views ask for.
    private static Container Restore(PSObject copy)
    {
        ArgumentNullException.ThrowIfNull(copy);
        return new Container
        {
            Id = "",
            Name = "",
            Image = "",
            ImageId = "",
            Command = Value<string[]>("Command") ?? [],
            State = Value<ContainerState>("State"),
            StartedAt = Time(copy.Properties["StartedAt"]?.Value),
            FinishedAt = Time(copy.Properties["FinishedAt"]?.Value),
            ExitCode = Value<int?>("ExitCode"),
            Health = Value<ContainerHealth?>("Health"),
        };

        T? Value<T>(string property) => LanguagePrimitives.TryConvertTo<T>(copy.Properties[property]?.Value, out var value) ? value : default;
    }

    // PowerShell writes such a time with its properties, and makes none of them again.
    private static DateTimeOffset? Time(object? value) => value switch
    {
        null => null,
        PSObject { BaseObject: DateTimeOffset time } => time,
        PSObject copy when copy.Properties["UtcDateTime"]?.Value is { } utc => Time(utc),
        _ => LanguagePrimitives.TryConvertTo<DateTimeOffset>(value, out var time) ? time : null,
    };

    private static string Since(DateTimeOffset? time, DateTimeOffset now) => HumanReadable.Duration(now - (time ?? now));
}
