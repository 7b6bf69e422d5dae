using System.Management.Automation;
using System.Management.Automation.Internal;
using System.Management.Automation.Runspaces;

namespace ContainerPS.TestHost;

/// <summary>Runs one pipeline at a time to its end, its output and errors through Out-Default, and stops it on request.</summary>
internal sealed class PipelineRunner(Runspace runspace, ConsoleUserInterface ui, bool nested = false)
{
    private readonly Lock _gate = new();
    private Pipeline? _running;
    private PipelineRunner? _inner;

    public Runspace Runspace => runspace;

    public PipelineRunner Nested() => _inner = new PipelineRunner(runspace, ui, nested: true);

    /// <summary>Returns what ended the command early, already shown to the user, or null.</summary>
    public Exception? Run(Command command, bool readInput = false, bool addToHistory = false)
    {
        Exception? failure = Invoke(pipeline =>
        {
            command.MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
            pipeline.Commands.Add(command);
        }, readInput, addToHistory ? command.CommandText : null);
        if (failure is not null)
            Report(failure);
        return failure;
    }

    /// <summary>The first result of a small script as text, or null when it fails or has none.</summary>
    public string? Evaluate(string script)
    {
        using Pipeline pipeline = Create(null);
        pipeline.Commands.AddScript(script);
        try
        {
            return Track(pipeline, () => pipeline.Invoke()).FirstOrDefault()?.ToString();
        }
        catch (RuntimeException)
        {
            return null;
        }
    }

    public bool LastSucceeded() => Evaluate("$global:?") is "True";

    public void Stop()
    {
        _inner?.Stop();
        lock (_gate)
            _running?.StopAsync();
    }

    private void Report(Exception failure)
    {
        ErrorRecord record = failure is IContainsErrorRecord { ErrorRecord: { } own }
            ? own
            : new ErrorRecord(failure, "ConsoleHost.ReportException", ErrorCategory.NotSpecified, null);
        var shown = new PSObject(record) { WriteStream = WriteStreamType.Error };
        if (Invoke(pipeline => pipeline.Input.Write(shown), readInput: false, historyText: null) is { } again)
            ui.WriteErrorLine($"{failure.Message}{Environment.NewLine}{again.Message}");
    }

    private Exception? Invoke(Action<Pipeline> fill, bool readInput, string? historyText)
    {
        using Pipeline pipeline = Create(historyText);
        try
        {
            fill(pipeline);
            pipeline.Commands.Add(new Command("Out-Default", isScript: false, useLocalScope: true, mergeUnclaimedPreviousErrorResults: true));
            Track(pipeline, () => readInput ? FeedInput(pipeline) : pipeline.Invoke());
            return null;
        }
        catch (Exception failure) when (failure is RuntimeException or InvalidOperationException or ArgumentException or IOException)
        {
            return failure is PipelineStoppedException ? null : failure;
        }
        finally
        {
            ui.ClearProgress();
        }
    }

    private static IEnumerable<PSObject> FeedInput(Pipeline pipeline)
    {
        using var finished = new ManualResetEventSlim();
        pipeline.StateChanged += (_, args) =>
        {
            if (args.PipelineStateInfo.State is PipelineState.Completed or PipelineState.Failed or PipelineState.Stopped)
                finished.Set();
        };
        pipeline.InvokeAsync();
        try
        {
            while (Console.In.ReadLine() is { } text)
                pipeline.Input.Write(text);
        }
        catch (PipelineClosedException)
        {
            // The command ended without wanting all of its input.
        }

        pipeline.Input.Close();
        finished.Wait();
        return pipeline.PipelineStateInfo is { State: PipelineState.Failed, Reason: { } reason } ? throw reason : [];
    }

    private Pipeline Create(string? historyText)
    {
        if (nested)
            return historyText is null ? runspace.CreateNestedPipeline() : Emptied(runspace.CreateNestedPipeline(historyText, addToHistory: true));
        return historyText is null ? runspace.CreatePipeline() : Emptied(runspace.CreatePipeline(historyText, addToHistory: true));
    }

    private static Pipeline Emptied(Pipeline pipeline)
    {
        pipeline.Commands.Clear();
        return pipeline;
    }

    private IEnumerable<PSObject> Track(Pipeline pipeline, Func<IEnumerable<PSObject>> invoke)
    {
        Pipeline? outer;
        lock (_gate)
            (outer, _running) = (_running, pipeline);
        try
        {
            return invoke();
        }
        finally
        {
            lock (_gate)
                _running = outer;
        }
    }
}
