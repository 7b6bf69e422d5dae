namespace ContainerPS;

/// <summary>One line of a container's output.</summary>
/// <param name="Time">When it was written.</param>
/// <param name="Stream">Where it was written.</param>
/// <param name="Text">The line without its end.</param>
public sealed record ContainerLogLine(DateTimeOffset Time, OutputStream Stream, string Text)
{
    /// <inheritdoc/>
    public override string ToString() => Text;
}

/// <summary>Standard output or standard error.</summary>
public enum OutputStream
{
    /// <summary>Standard output.</summary>
    Stdout = 1,

    /// <summary>Standard error.</summary>
    Stderr = 2,
}

/// <summary>One line of a process's output as it arrives.</summary>
/// <param name="Stream">Where it was written.</param>
/// <param name="Text">The line without its end.</param>
public readonly record struct OutputLine(OutputStream Stream, string Text);

/// <summary>Which lines of a log are wanted.</summary>
public sealed record LogOptions
{
    /// <summary>True to wait for further lines until the container ends.</summary>
    public bool Follow { get; init; }

    /// <summary>Number of last lines; null for all.</summary>
    public int? Tail { get; init; }

    /// <summary>Only lines written at or after this time.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only lines written before this time.</summary>
    public DateTimeOffset? Until { get; init; }
}
