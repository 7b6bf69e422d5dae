namespace ContainerPS.Engine.Build;

/// <summary>A command as RUN, CMD, ENTRYPOINT and HEALTHCHECK take it: a line for the shell, or a program with its arguments.</summary>
internal sealed class CommandLine : IEquatable<CommandLine>
{
    private CommandLine(bool isShell, IReadOnlyList<string> words) => (IsShell, Words) = (isShell, words);

    /// <summary>True for a line for the shell, false for a program with its arguments.</summary>
    public bool IsShell { get; }

    /// <summary>The program and its arguments; of a line for the shell, the line alone. Empty when nothing was given.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>A line for the shell; an empty one is no word.</summary>
    internal static CommandLine Shell(string line) => new(true, line.Length == 0 ? [] : [line]);

    /// <summary>A program with its arguments.</summary>
    internal static CommandLine Exec(IReadOnlyList<string> words) => new(false, words);

    /// <summary>The words to execute: a line for the shell comes after the shell's own.</summary>
    /// <param name="shell">The shell and its options, such as <c>/bin/sh -c</c>.</param>
    internal IReadOnlyList<string> Under(IReadOnlyList<string> shell) => IsShell && Words.Count > 0 ? [.. shell, .. Words] : Words;

    /// <inheritdoc/>
    public bool Equals(CommandLine? other) => other is not null && other.IsShell == IsShell && other.Words.SequenceEqual(Words);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CommandLine);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(IsShell, Words.Count, Words.Count == 0 ? null : Words[0]);

    /// <inheritdoc/>
    public override string ToString() => string.Join(' ', Words);
}
