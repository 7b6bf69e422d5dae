using System.Diagnostics;
using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>Writes a program's output to the pipeline, or a file, and to the error stream, or keeps it for a result.</summary>
internal sealed class ProgramWriter : IDisposable
{
    private readonly PSCmdlet _cmdlet;
    private readonly FileStream? _file;
    private readonly NativeErrorWriter _errors;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly List<string>? _output;
    private readonly List<string>? _errorOutput;

    /// <summary>Begins to measure the program's time.</summary>
    internal ProgramWriter(SessionOptions options)
    {
        _cmdlet = options.Cmdlet;
        _file = options.OutFile;
        _errors = new NativeErrorWriter(options.Cmdlet);
        if (options.Collect)
            (_output, _errorOutput) = ([], []);
    }

    /// <summary>Writes what has come.</summary>
    internal void Write(ProgramOutput piece)
    {
        if (piece.Bytes is not null && _file is not null)
            WriteToFile(_file, piece.Bytes);
        else if (piece.Bytes is not null)
            _cmdlet.WriteObject(piece.Bytes, enumerateCollection: false);
        foreach (var line in piece.Lines)
            Write(line);
    }

    /// <summary>What the program did, when its output was kept.</summary>
    internal ContainerResult Result(Container container, int exitCode) =>
        new() { Container = container, ExitCode = exitCode, Output = _output ?? [], Error = _errorOutput ?? [], Duration = _watch.Elapsed };

    /// <inheritdoc/>
    public void Dispose()
    {
        _errors.Dispose();
        _file?.Dispose();
    }

    private static void WriteToFile(FileStream file, byte[] bytes)
    {
        try
        {
            file.Write(bytes);
        }
        catch (IOException e)
        {
            throw new ContainerEngineException("OutFileUnwritable", ErrorKind.ResourceExhausted, $"-OutFile '{file.Name}' takes no more: {e.Message}", file.Name, e);
        }
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
