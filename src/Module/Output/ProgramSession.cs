using System.Diagnostics;
using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>
/// A program whose output goes to the pipeline as it comes, and whose input may come from it. Without input everything happens on the pipeline's thread;
/// with input one thread reads the program's output and another feeds it, so that neither side can wait for the other for ever.
/// </summary>
internal sealed class ProgramSession : IDisposable
{
    private readonly PSCmdlet _cmdlet;
    private readonly AttachedProcess _process;
    private readonly NativeErrorWriter _errors;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly List<string>? _output;
    private readonly List<string>? _errorOutput;
    private ProgramFeeder? _feeder;

    /// <summary>Takes over a program that has just been started.</summary>
    /// <param name="cmdlet">The running cmdlet.</param>
    /// <param name="process">The program.</param>
    /// <param name="collect">True to keep its output for a result instead of writing it.</param>
    internal ProgramSession(PSCmdlet cmdlet, AttachedProcess process, bool collect)
    {
        _cmdlet = cmdlet;
        _process = process;
        _errors = new NativeErrorWriter(cmdlet);
        if (collect)
            (_output, _errorOutput) = ([], []);
    }

    /// <summary>The program.</summary>
    internal AttachedProcess Process => _process;

    /// <summary>Gives the program an object from the pipeline as lines of input; writes what it has put out meanwhile.</summary>
    internal void Feed(object? value, CancellationToken cancellation)
    {
        _feeder ??= new ProgramFeeder(_process, cancellation);
        foreach (var line in CommandLineReader.Words(value))
        {
            while (!_feeder.TryAdd(line))
            {
                _feeder.WaitForChange(cancellation);
                WriteWaiting(_feeder);
            }
        }

        WriteWaiting(_feeder);
    }

    /// <summary>Ends the input, writes the rest of the output and waits for the end.</summary>
    /// <returns>The exit code.</returns>
    internal int Finish(CancellationToken cancellation)
    {
        if (_feeder is null)
        {
            _process.Input?.Dispose();
            foreach (var line in _process.ReadLines(cancellation))
                Write(line);
        }
        else
        {
            _feeder.CompleteInput();
            foreach (var line in _feeder.RestOfOutput(cancellation))
                Write(line);
        }

        var exitCode = _process.WaitForExit(cancellation);
        _watch.Stop();
        return exitCode;
    }

    /// <summary>What it did, when its output was kept.</summary>
    internal ContainerResult Result(Container container, int exitCode) =>
        new() { Container = container, ExitCode = exitCode, Output = _output ?? [], Error = _errorOutput ?? [], Duration = _watch.Elapsed };

    /// <inheritdoc/>
    public void Dispose()
    {
        _errors.Dispose();
        _process.Dispose();
        _feeder?.Dispose();
    }

    private void WriteWaiting(ProgramFeeder feeder)
    {
        while (feeder.TryTakeOutput(out var line))
            Write(line);
    }

    private void Write(OutputLine line)
    {
        if (line.Stream == OutputStream.Stdout)
        {
            if (_output is null)
                _cmdlet.WriteObject(line.Text);
            else
                _output.Add(line.Text);
        }
        else if (_errorOutput is null)
        {
            _errors.WriteLine(line.Text);
        }
        else
        {
            _errorOutput.Add(line.Text);
        }
    }
}
