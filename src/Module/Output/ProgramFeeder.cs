using System.Collections.Concurrent;
using System.Text;

namespace ContainerPS.Module;

/// <summary>Two threads between the pipeline and a program that takes input: one writes its input, one reads its output.</summary>
internal sealed class ProgramFeeder : IDisposable
{
    private const int MostWaiting = 1024;

    private readonly BlockingCollection<string> _input = new(MostWaiting);
    private readonly BlockingCollection<OutputLine> _output = new(MostWaiting);
    private readonly AutoResetEvent _changed = new(initialState: false);
    private readonly CancellationTokenSource _stop;
    private readonly Task _reader;
    private readonly Task _writer;

    /// <summary>Starts both.</summary>
    internal ProgramFeeder(AttachedProcess process, CancellationToken cancellation)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var token = _stop.Token;
        _reader = Task.Factory.StartNew(() => ReadAll(process, token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        _writer = Task.Factory.StartNew(() => WriteAll(process.Input, token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Gives a line of input. False when too much is waiting for the program to take it.</summary>
    /// <remarks>A program that takes no more input is given what it is given; that is not an error, as with native commands.</remarks>
    internal bool TryAdd(string line) => _writer.IsCompleted || _input.TryAdd(line);

    /// <summary>Waits until there is output, or room for input.</summary>
    internal void WaitForChange(CancellationToken cancellation)
    {
        WaitHandle.WaitAny([_changed, cancellation.WaitHandle]);
        cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>Takes a line of output that is there.</summary>
    internal bool TryTakeOutput(out OutputLine line) => _output.TryTake(out line);

    /// <summary>Says that there is no more input.</summary>
    internal void CompleteInput() => _input.CompleteAdding();

    /// <summary>All further output until the program closes it.</summary>
    internal IEnumerable<OutputLine> RestOfOutput(CancellationToken cancellation)
    {
        foreach (var line in _output.GetConsumingEnumerable(cancellation))
            yield return line;
        _reader.GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        Task.WhenAll(_reader, _writer).ContinueWith(
            _ =>
            {
                _input.Dispose();
                _output.Dispose();
                _changed.Dispose();
                _stop.Dispose();
            },
            TaskScheduler.Default);
    }

    private void ReadAll(AttachedProcess process, CancellationToken cancellation)
    {
        try
        {
            foreach (var line in process.ReadLines(cancellation))
            {
                _output.Add(line, cancellation);
                _changed.Set();
            }
        }
        catch (OperationCanceledException)
        {
            // The command is being stopped; nobody waits for the rest.
        }
        finally
        {
            _output.CompleteAdding();
            _changed.Set();
        }
    }

    private void WriteAll(Stream? input, CancellationToken cancellation)
    {
        try
        {
            if (input is null)
                return;
            using var writer = new StreamWriter(input, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\n" };
            foreach (var line in _input.GetConsumingEnumerable(cancellation))
            {
                writer.WriteLine(line);
                if (_input.Count == 0)
                    writer.Flush();
                _changed.Set();
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The program has closed its input, or the command is being stopped: what is left is not wanted.
        }
        finally
        {
            _changed.Set();
        }
    }
}
