using System.Management.Automation;
using ContainerPS.Engine.Containers;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Module;

/// <summary>Where a program's input comes from.</summary>
internal enum SessionInput
{
    /// <summary>It has none, or the pipeline gives it.</summary>
    Nothing,

    /// <summary>The shell's terminal, line by line; Ctrl+C is the shell's and Ctrl+D the end.</summary>
    Lines,

    /// <summary>The shell's terminal, key by key; the program has a terminal of its own.</summary>
    Keys,
}

/// <summary>How a cmdlet and a program are joined.</summary>
internal sealed record SessionOptions
{
    /// <summary>The running cmdlet.</summary>
    internal required PSCmdlet Cmdlet { get; init; }

    /// <summary>Where the program's input comes from.</summary>
    internal SessionInput Input { get; init; }

    /// <summary>Keys that let go of it; null for none.</summary>
    internal DetachKeys? DetachKeys { get; init; }

    /// <summary>True to keep its lines for a result.</summary>
    internal bool Collect { get; init; }

    /// <summary>True to leave bytes as they are, in both directions.</summary>
    internal bool AsBytes { get; init; }

    /// <summary>Where its standard output goes in place of the pipeline; null for that.</summary>
    internal FileStream? OutFile { get; init; }

    /// <summary>True when its standard output is not cut into lines.</summary>
    internal bool OutputAsBytes => AsBytes || OutFile is not null;

    /// <summary>True for a program that has been running for a while, and is to draw its screen anew.</summary>
    internal bool Redraw { get; init; }

    /// <summary>Size of the shell's terminal, for a program that is given one; null when there is none.</summary>
    internal static ConsoleSize? TerminalSize => ConsoleTerminal.Size is { } size ? new ConsoleSize { Height = size.Rows, Width = size.Columns } : null;

    /// <summary>Decides where input comes from, before anything is started.</summary>
    /// <param name="cmdlet">The running cmdlet.</param>
    /// <param name="interactive">True when the program takes input.</param>
    /// <param name="tty">True when it has a terminal.</param>
    /// <param name="fed">True when the pipeline gives input.</param>
    /// <param name="advice">What to do where the shell has no terminal.</param>
    /// <exception cref="ContainerEngineException">A program with a terminal needs that of the shell, and there is none.</exception>
    internal static SessionInput InputOf(PSCmdlet cmdlet, bool interactive, bool tty, bool fed, string advice = "Leave out -Tty or -Interactive, or give it input from the pipeline.")
    {
        if (!interactive || fed)
            return SessionInput.Nothing;

        // A shell that is served from elsewhere has its own messages on standard input.
        var terminal = ConsoleTerminal.IsInput && cmdlet.Host.Name != "ServerRemoteHost";
        if (terminal)
            return tty ? SessionInput.Keys : SessionInput.Lines;
        return tty
            ? throw new ContainerEngineException("NotATerminal", ErrorKind.InvalidState, "The shell's standard input is not a terminal, which a program with a terminal and input needs. " + advice, cmdlet.MyInvocation.MyCommand.Name)
            : SessionInput.Nothing;
    }

    /// <summary>Opens a file for a program's standard output, before anything is started; what it held is gone.</summary>
    /// <exception cref="ContainerEngineException">It cannot be written.</exception>
    internal static FileStream? OpenOutFile(PSCmdlet cmdlet, string? path)
    {
        if (path is null)
            return null;
        var file = cmdlet.GetUnresolvedProviderPathFromPSPath(path);
        try
        {
            return new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ContainerEngineException("OutFileUnwritable", ErrorKind.InvalidArgument, $"-OutFile '{path}' cannot be written: {e.Message}", path, e);
        }
    }

    /// <summary>Whether lines are kept for a result.</summary>
    /// <exception cref="InvalidSettingException">Bytes are asked for as well.</exception>
    internal static bool Collects(bool passThru, bool asBytes) => passThru && asBytes
        ? throw new InvalidSettingException("AsByteStream", null, "-AsByteStream and -PassThru exclude each other: a ContainerResult holds lines. Leave one of them out.")
        : passThru;
}
