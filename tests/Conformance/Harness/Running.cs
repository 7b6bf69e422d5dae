using System.Diagnostics;

namespace ContainerPS.Conformance;

/// <summary>A container whose first process holds the streams it was started with.</summary>
public sealed class Running : IDisposable
{
    private readonly Process _runtime;
    private readonly Task<string> _errors;
    private Answer? _answers;

    private Running(Process runtime, Task<string> errors)
    {
        _runtime = runtime;
        _errors = errors;
    }

    /// <summary>What its process answered before it began to wait. Waits for that.</summary>
    public Answer Answers => _answers ??= Answer.Parse(Programs.ReadLine(_runtime.StandardOutput) ?? throw new InvalidOperationException("The probe said nothing: " + _errors.Result));

    /// <summary>Waits until nobody holds its output any more, that is, until it has ended; returns what it wrote on standard error.</summary>
    public string WaitForEnd()
    {
        var rest = _runtime.StandardOutput.ReadToEndAsync();
        return Task.WaitAll([rest, _errors], TimeSpan.FromSeconds(120)) ? _errors.Result : throw new TimeoutException("The container has not ended.");
    }

    /// <inheritdoc/>
    public void Dispose() => _runtime.Dispose();

    internal static Running Start(string stateRoot, IEnumerable<string> arguments)
    {
        var running = Create(stateRoot, arguments);
        _ = running.Answers;
        return running;
    }

    internal static Running Create(string stateRoot, IEnumerable<string> arguments)
    {
        var (program, all) = TestedRuntime.CommandLine(stateRoot, arguments);
        var runtime = Programs.Start(program, all);
        runtime.StandardInput.Close();
        var errors = runtime.StandardError.ReadToEndAsync();
        var status = Programs.Wait(runtime);
        Assert.True(status == 0, $"exit code {status}: {(status == 0 ? "" : errors.Result)}");
        return new Running(runtime, errors);
    }
}
