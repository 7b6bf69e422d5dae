namespace ContainerPS;

/// <summary>A process of a container.</summary>
public sealed class ContainerProcess
{
    /// <summary>Name of the container.</summary>
    public required string Container { get; init; }

    /// <summary>Process id seen from the host.</summary>
    public int Pid { get; init; }

    /// <summary>Process id seen from inside the container.</summary>
    public int ContainerPid { get; init; }

    /// <summary>Process id of its parent, seen from the host.</summary>
    public int ParentPid { get; init; }

    /// <summary>User as the container's <c>/etc/passwd</c> names it, or the number when it does not.</summary>
    public required string User { get; init; }

    /// <summary>Number of the user.</summary>
    public long UserId { get; init; }

    /// <summary>State as <c>ps</c> has it: <c>R</c> running, <c>S</c> sleeping, <c>D</c> waiting for a device, <c>T</c> stopped, <c>Z</c> ended and not waited for …</summary>
    public char State { get; init; }

    /// <summary>Number of its threads.</summary>
    public int Threads { get; init; }

    /// <summary>When it began.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>Processor time it has used.</summary>
    public TimeSpan CpuTime { get; init; }

    /// <summary>Bytes of it that are in memory, those it shares with others included.</summary>
    public long Memory { get; init; }

    /// <summary>Command line; of a process that has none, its name in brackets.</summary>
    public required string Command { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Pid} {Command}";
}
