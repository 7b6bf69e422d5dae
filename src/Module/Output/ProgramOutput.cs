using ContainerPS.Engine.Containers;

namespace ContainerPS.Module;

/// <summary>What a program has put out at once: lines, or bytes of its standard output as they are.</summary>
/// <param name="Lines">The lines.</param>
/// <param name="Bytes">The bytes; null with lines.</param>
internal readonly record struct ProgramOutput(IReadOnlyList<OutputLine> Lines, byte[]? Bytes)
{
    /// <summary>All that a program puts out, piece by piece, read on the calling thread.</summary>
    /// <param name="process">The program.</param>
    /// <param name="asBytes">True to leave its standard output as it is; its standard error is lines in any case.</param>
    /// <param name="cancellation">Ends the wait; the program goes on.</param>
    internal static IEnumerable<ProgramOutput> Read(AttachedProcess process, bool asBytes, CancellationToken cancellation) =>
        asBytes ? ReadBytes(process, cancellation) : process.ReadLines(cancellation).Select(static lines => new ProgramOutput(lines, null));

    private static IEnumerable<ProgramOutput> ReadBytes(AttachedProcess process, CancellationToken cancellation)
    {
        var errors = new LineSplitter(OutputStream.Stderr);
        while (process.ReadOutput(cancellation, out var stream, out var data))
        {
            var lines = new List<OutputLine>();
            if (stream == OutputStream.Stderr)
                errors.Add(data.Span, lines);
            yield return new ProgramOutput(lines, stream == OutputStream.Stdout ? data.ToArray() : null);
        }

        var last = new List<OutputLine>();
        errors.Complete(last);
        yield return new ProgramOutput(last, null);
    }
}
