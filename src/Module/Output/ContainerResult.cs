namespace ContainerPS;

/// <summary>What a program in a container did: the result of Invoke-Container and Invoke-ContainerExec with -PassThru.</summary>
public sealed class ContainerResult
{
    /// <summary>The container, as it was afterwards.</summary>
    public required Container Container { get; init; }

    /// <summary>The program's exit code: 128 + signal when killed by a signal.</summary>
    public int ExitCode { get; init; }

    /// <summary>Lines of its standard output.</summary>
    public IReadOnlyList<string> Output { get; init; } = [];

    /// <summary>Lines of its standard error.</summary>
    public IReadOnlyList<string> Error { get; init; } = [];

    /// <summary>From its start to its end.</summary>
    public TimeSpan Duration { get; init; }

    /// <inheritdoc/>
    public override string ToString() => string.Join('\n', Output);
}
