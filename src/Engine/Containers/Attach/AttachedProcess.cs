using ContainerPS.Engine.Containers;

namespace ContainerPS;

/// <summary>A process in a container whose output, and perhaps input, the calling process holds.</summary>
public abstract class AttachedProcess : IDisposable
{
    private int? _exitCode;

    /// <summary>Where its standard input is written, or null when it has none. Closing it ends the input.</summary>
    public abstract Stream? Input { get; }

    /// <summary>Bytes of output that were dropped so far, since they were not read in time; nothing is dropped for who started it.</summary>
    public long LostOutput { get; private protected set; }

    /// <summary>
    /// Lines of its output in order of arrival, those that came together at once, read on the calling thread, until it has closed its output. A last line
    /// without an end is a line.
    /// </summary>
    /// <exception cref="OperationCanceledException">The token was cancelled; the process goes on.</exception>
    public IEnumerable<IReadOnlyList<OutputLine>> ReadLines(CancellationToken cancellation)
    {
        var stdout = new LineSplitter(OutputStream.Stdout);
        var stderr = new LineSplitter(OutputStream.Stderr);
        while (ReadOutput(cancellation, out var stream, out var data))
        {
            var lines = new List<OutputLine>();
            (stream == OutputStream.Stdout ? stdout : stderr).Add(data.Span, lines);
            yield return lines;
        }

        var last = new List<OutputLine>();
        stdout.Complete(last);
        stderr.Complete(last);
        yield return last;
    }

    /// <summary>Bytes of its output as they arrive, read on the calling thread. False when it has closed its output.</summary>
    /// <param name="cancellation">Ends the wait; the process goes on.</param>
    /// <param name="stream">Where they were written.</param>
    /// <param name="data">The bytes, valid until the next call.</param>
    public abstract bool ReadOutput(CancellationToken cancellation, out OutputStream stream, out ReadOnlyMemory<byte> data);

    /// <summary>Waits until it has ended, and gives its exit code: 128 + signal when killed by a signal.</summary>
    /// <remarks>Output that has not been read is thrown away.</remarks>
    public int WaitForExit(CancellationToken cancellation)
    {
        while (_exitCode is null)
        {
            while (ReadOutput(cancellation, out _, out _))
            {
            }

            _exitCode = WaitForEnd(cancellation);
        }

        return _exitCode.Value;
    }

    /// <summary>Sends it a signal, by name (<c>SIGINT</c>) or number; nothing happens when it has ended.</summary>
    public abstract void Signal(string signal);

    /// <summary>Sets the size of its terminal.</summary>
    public abstract void Resize(int rows, int columns);

    /// <summary>Has a program with a terminal go on when this is disposed of, as a container does anyhow.</summary>
    public virtual void LeaveRunning()
    {
    }

    /// <summary>Lets go of it. A container goes on; a program run by exec is killed when it has not ended.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Waits for the end when all output has been read.</summary>
    private protected abstract int WaitForEnd(CancellationToken cancellation);

    /// <summary>Releases what is held.</summary>
    private protected abstract void Dispose(bool disposing);
}
