using System.Text;

namespace ContainerPS.Engine.Build;

/// <summary><c>RUN [flags] COMMAND</c>: runs a command and keeps what it changes.</summary>
internal sealed record RunInstruction : Instruction
{
    /// <summary>Makes one of what is written.</summary>
    internal RunInstruction(RawInstruction source)
        : base(source)
    {
    }

    /// <summary>The command as it is written, without here-documents' content.</summary>
    public required CommandLine Command { get; init; }

    /// <summary>Here-documents, in the order of their delimiters.</summary>
    public IReadOnlyList<Heredoc> Heredocs { get; init; } = [];

    /// <summary>What is mounted for the command. Values with variables are put in by <c>Expander</c>; until then, only <see cref="RunMount.From"/> counts.</summary>
    public IReadOnlyList<RunMount> Mounts { get; init; } = [];

    /// <summary>Its network.</summary>
    public RunNetwork Network { get; init; }

    /// <summary>What it may do.</summary>
    public RunSecurity Security { get; init; }

    /// <summary>
    /// The content of the here-document that is the whole command (<c>RUN &lt;&lt;EOF</c>), or null: run by the shell, or, when it begins with <c>#!</c>, as a
    /// program of its own called <see cref="Heredoc.Name"/>.
    /// </summary>
    public string? Script => IsScript ? Heredocs[0].Text : null;

    /// <summary>True when <see cref="Script"/> is a program of its own.</summary>
    public bool IsProgram => Script?.StartsWith("#!", StringComparison.Ordinal) == true;

    /// <summary>True when the command is a here-document and nothing else.</summary>
    internal bool IsScript { get; init; }

    /// <summary>What is executed: the command with its here-documents, in the shell's own notation.</summary>
    /// <param name="shell">The shell and its options, such as <c>/bin/sh -c</c>.</param>
    internal IReadOnlyList<string> CommandUnder(IReadOnlyList<string> shell)
    {
        if (Heredocs.Count == 0)
            return Command.Under(shell);
        if (Script is { } script)
            return CommandLine.Shell(script).Under(shell);
        var text = new StringBuilder(Command.ToString());
        foreach (var heredoc in Heredocs)
            text.Append('\n').Append(heredoc.Content).Append(heredoc.Name);
        return CommandLine.Shell(text.ToString()).Under(shell);
    }
}
