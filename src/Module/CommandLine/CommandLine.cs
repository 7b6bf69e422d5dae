namespace ContainerPS.Module;

/// <summary>What a command line with a program in it means.</summary>
internal sealed record CommandLine
{
    /// <summary>Image or container: the first word, when it is not given otherwise.</summary>
    internal object? Subject { get; init; }

    /// <summary>The program and its arguments.</summary>
    internal IReadOnlyList<string> Program { get; init; } = [];

    /// <summary>One-letter options before the program, with their values.</summary>
    internal IReadOnlyList<(string Letter, object? Value)> Letters { get; init; } = [];

    /// <summary>Parameters that PowerShell bound although they stand after the program, and so belong to it.</summary>
    internal IReadOnlyList<string> Unbound { get; init; } = [];

    /// <summary>Words among the program's that look very much like parameters of the cmdlet.</summary>
    internal IReadOnlyList<string> Suspects { get; init; } = [];
}
