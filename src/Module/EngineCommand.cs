using System.Management.Automation;
using ContainerPS.Engine;

namespace ContainerPS.Module;

/// <summary>
/// What all cmdlets share: one cancellation that Ctrl+C triggers, the engine, opened when first needed, and the one place where the engine's errors
/// become error records.
/// </summary>
public abstract class EngineCommand : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _cancellation = new();
    private LocalEngine? _engine;

    /// <summary>Cancelled by Ctrl+C.</summary>
    private protected CancellationToken Cancellation => _cancellation.Token;

    /// <summary>The engine on this machine.</summary>
    private protected LocalEngine Engine => _engine ??= Open();

    /// <summary>Releases what the cmdlet holds.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected sealed override void BeginProcessing() => Guard(() =>
    {
        CheckWords();
        Begin();
    });

    /// <inheritdoc/>
    protected sealed override void ProcessRecord() => Guard(Process);

    /// <inheritdoc/>
    protected sealed override void EndProcessing() => Guard(End);

    /// <inheritdoc/>
    protected sealed override void StopProcessing()
    {
        try
        {
            _cancellation.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The command has just ended by itself; PowerShell stops it from another thread.
        }
    }

    /// <summary>Refuses words that mean nothing here, before anything else.</summary>
    private protected virtual void CheckWords()
    {
    }

    /// <summary>Before the first input.</summary>
    private protected virtual void Begin()
    {
    }

    /// <summary>For each input, or once when there is none.</summary>
    private protected virtual void Process()
    {
    }

    /// <summary>After the last input.</summary>
    private protected virtual void End()
    {
    }

    /// <summary>Does something for one item of several: what goes wrong is reported, and the next item has its turn.</summary>
    private protected void ForItem(Action action)
    {
        try
        {
            action();
        }
        catch (ContainerEngineException e)
        {
            WriteError(ErrorRecords.From(e));
        }
    }

    /// <summary>Tells which kernel parameters the start of a container turns on.</summary>
    private protected void TellForwarding(string container) => TellForwarding(Engine.Containers.ForwardingNeeded(container));

    /// <summary>Tells which kernel parameters are turned on.</summary>
    private protected void TellForwarding(IReadOnlyList<string> names)
    {
        foreach (var name in names)
            WriteVerbose($"The kernel parameter {name} is turned on: without it containers do not reach the outside.");
    }

    /// <summary>Reports a container whose record cannot be read; the others have their turn.</summary>
    private protected void ReportDamaged(ContainerEngineException error) => WriteError(ErrorRecords.From(error));

    /// <summary>Returns a file or folder as Get-Item does, so that Get-Content and its like take it from the pipeline.</summary>
    private protected void WriteItem(string path)
    {
        foreach (var item in InvokeProvider.Item.Get([path], force: true, literalPath: true))
            WriteObject(item);
    }

    /// <summary>Ends the command with an error.</summary>
    private protected void Fail(ContainerEngineException error) => ThrowTerminatingError(ErrorRecords.From(error));

    /// <summary>Releases what the cmdlet holds.</summary>
    private protected virtual void Dispose(bool disposing) => _cancellation.Dispose();

    private static LocalEngine Open()
    {
        if (!Environment.IsPrivilegedProcess)
            throw new ContainerEngineException("RootRequired", ErrorKind.PermissionDenied, "ContainerPS needs root. Start PowerShell with sudo, or as root.", Environment.UserName);
        return LocalEngine.Open();
    }

    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (ContainerEngineException e)
        {
            Fail(e);
        }
        catch (OperationCanceledException) when (Cancellation.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
    }
}
