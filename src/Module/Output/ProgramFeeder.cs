using System.Collections.Concurrent;

namespace ContainerPS.Module;

/// <summary>Two threads between the pipeline and a program that takes input: one writes its input, one reads its output.</summary>
internal sealed class ProgramFeeder : IDisposable
{
    private const int MostWaiting = 16;

    private readonly InputBuffer _input = new();
    private readonly BlockingCollection<ProgramOutput> _output = new(MostWaiting);
    private readonly AutoResetEvent _changed = new(initialState: false);
    private readonly CancellationTokenSource _stop;
    private readonly Task _reader;
    private readonly Task _writer;

    /// <summary>Starts both.</summary>
    internal ProgramFeeder(AttachedProcess process, bool asBytes, CancellationToken cancellation)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var token = _stop.Token;
        _reader = Task.Factory.StartNew(() => ReadAll(process, asBytes, token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        _writer = Task.Factory.StartNew(() => WriteAll(process.Input, token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Gives bytes of input, as many as can wait for the program to take them.</summary>
    /// <returns>How many.</returns>
    /// <remarks>A program that takes no more input is given what it is given; that is not an error, as with native commands.</remarks>
    internal int Add(ReadOnlySpan<byte> bytes) => _writer.IsCompleted ? bytes.Length : _input.Add(bytes);

    /// <summary>True when the program takes no more input.</summary>
    internal bool InputIsClosed => _writer.IsCompleted;

    /// <summary>Waits until there is output, or room for input.</summary>
    internal void WaitForChange(CancellationToken cancellation)
    {
        WaitHandle.WaitAny([_changed, cancellation.WaitHandle]);
        cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>Takes a piece of output that is there.</summary>
    internal bool TryTakeOutput(out ProgramOutput piece) => _output.TryTake(out piece);

    /// <summary>Says that there is no more input.</summary>
    internal void CompleteInput() => _input.Complete();

    /// <summary>All further output until the program closes it.</summary>
    internal IEnumerable<ProgramOutput> RestOfOutput(CancellationToken cancellation)
    {
        foreach (var piece in _output.GetConsumingEnumerable(cancellation))
            yield return piece;
        _reader.GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        _input.Complete();
        Task.WhenAll(_reader, _writer).ContinueWith(
            _ =>
            {
                _output.Dispose();
                _changed.Dispose();
                _stop.Dispose();
            },
            TaskScheduler.Default);
    }

    private void ReadAll(AttachedProcess process, bool asBytes, CancellationToken cancellation)
    {
        try
        {
            foreach (var piece in ProgramOutput.Read(process, asBytes, cancellation))
            {
                _output.Add(piece, cancellation);
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
            using (input)
            {
                for (var bytes = _input.Take(); !bytes.IsEmpty && !cancellation.IsCancellationRequested; bytes = _input.Take())
                {
                    _changed.Set();
                    input.Write(bytes);
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or ContainerEngineException)
        {
            // The program has closed its input, or the command is being stopped: what is left is not wanted.
        }
        finally
        {
            _changed.Set();
        }
    }
}
