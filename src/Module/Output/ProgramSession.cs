using System.Text;

namespace ContainerPS.Module;

/// <summary>
/// A program whose output goes to the pipeline as it comes, and whose input may come from it. Without input everything happens on the pipeline's thread;
/// with input one thread reads the program's output and another feeds it, so that neither side can wait for the other for ever. A program that is given the
/// shell's own terminal is a <see cref="TerminalSession"/> for that time.
/// </summary>
internal sealed class ProgramSession : IDisposable
{
    private readonly AttachedProcess _process;
    private readonly SessionOptions _options;
    private readonly ProgramWriter _writer;
    private ProgramFeeder? _feeder;

    /// <summary>Takes over a program that has just been started.</summary>
    /// <param name="process">The program.</param>
    /// <param name="options">Where its input comes from, and its output goes to.</param>
    internal ProgramSession(AttachedProcess process, SessionOptions options)
    {
        _process = process;
        _options = options;
        _writer = new ProgramWriter(options);
    }

    /// <summary>The program.</summary>
    internal AttachedProcess Process => _process;

    /// <summary>Gives the program an object from the pipeline; writes what it has put out meanwhile.</summary>
    internal void Feed(object? value, CancellationToken cancellation)
    {
        _feeder ??= new ProgramFeeder(_process, _options.OutputAsBytes, cancellation);
        var source = InputBytes.SourceOf(value, _options.AsBytes);
        if (source is byte[] bytes)
        {
            Add(_feeder, bytes, cancellation);
        }
        else if (source is Stream stream)
        {
            using (stream)
                Copy(_feeder, stream, cancellation);
        }
        else
        {
            foreach (var line in CommandLineReader.Words(value))
                Add(_feeder, Encoding.UTF8.GetBytes(line + '\n'), cancellation);
        }

        WriteWaiting(_feeder);
    }

    /// <summary>Ends the pipeline's input, writes the rest of the output and waits for the end.</summary>
    /// <returns>The exit code; null when the user has let go of the program.</returns>
    internal int? Finish(CancellationToken cancellation)
    {
        if (_feeder is not null)
        {
            _feeder.CompleteInput();
            foreach (var piece in _feeder.RestOfOutput(cancellation))
                _writer.Write(piece);
        }
        else if (_options.Input == SessionInput.Nothing)
        {
            _process.Input?.Dispose();
            foreach (var piece in ProgramOutput.Read(_process, _options.OutputAsBytes, cancellation))
                _writer.Write(piece);
        }
        else
        {
            using var terminal = new TerminalSession(_process, _options);
            if (!terminal.Run(_writer, cancellation))
                return null;
        }

        var exitCode = _process.WaitForExit(cancellation);
        if (_process.LostOutput > 0)
            _options.Cmdlet.WriteWarning($"{_process.LostOutput} bytes of output were dropped, since they were not read in time. Get-ContainerLog has all of it.");
        return exitCode;
    }

    /// <summary>What it did, when its output was kept.</summary>
    internal ContainerResult Result(Container container, int exitCode) => _writer.Result(container, exitCode);

    /// <inheritdoc/>
    public void Dispose()
    {
        _writer.Dispose();
        _process.Dispose();
        _feeder?.Dispose();
    }

    private void Copy(ProgramFeeder feeder, Stream stream, CancellationToken cancellation)
    {
        var buffer = new byte[InputBytes.PieceSize];
        int length;
        while (!feeder.InputIsClosed && (length = stream.Read(buffer)) > 0)
            Add(feeder, buffer.AsSpan(0, length), cancellation);
    }

    private void Add(ProgramFeeder feeder, ReadOnlySpan<byte> bytes, CancellationToken cancellation)
    {
        while (true)
        {
            bytes = bytes[feeder.Add(bytes)..];
            if (bytes.IsEmpty)
                return;
            feeder.WaitForChange(cancellation);
            WriteWaiting(feeder);
        }
    }

    private void WriteWaiting(ProgramFeeder feeder)
    {
        while (feeder.TryTakeOutput(out var piece))
            _writer.Write(piece);
    }
}
