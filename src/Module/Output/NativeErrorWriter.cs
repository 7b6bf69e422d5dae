using System.Collections;
using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>
/// Writes a program's standard error to the error stream the way PowerShell does for native commands: redirectable with 2>, shown as plain text, never
/// stopping a script whatever $ErrorActionPreference says, leaving $? and $Error alone. A cmdlet's own WriteError cannot do that; a function with its own
/// $ErrorActionPreference can, and it gets the line's record by a stepped pipeline that ends in this cmdlet's error stream.
/// </summary>
internal sealed class NativeErrorWriter(PSCmdlet cmdlet) : IDisposable
{
    // The function's pipeline is a nested one, so that its failure does not become that of the stepped pipeline and, by that, of the cmdlet ($?).
    private const string Script =
        "& { begin { $write = { [CmdletBinding()] param($record) $ErrorActionPreference = 'Continue'; $PSCmdlet.WriteError($record) } } process { & $write $_ } }";

    private SteppablePipeline? _pipeline;
    private ArrayList? _errors;

    /// <summary>Writes a line.</summary>
    internal void WriteLine(string text)
    {
        if (Silenced())
            return;
        var record = new ErrorRecord(new RemoteException(text), "NativeCommandErrorMessage", ErrorCategory.NotSpecified, null);
        _pipeline ??= Open();
        _pipeline.Process(record);
        if (_errors is { Count: > 0 } && ReferenceEquals(_errors[0], record))
            _errors.RemoveAt(0);
    }

    /// <inheritdoc/>
    public void Dispose() => _pipeline?.Dispose();

    // -ErrorAction on the command itself is obeyed where it asks for silence.
    private bool Silenced() =>
        cmdlet.MyInvocation.BoundParameters.TryGetValue("ErrorAction", out var action) && action is ActionPreference.SilentlyContinue or ActionPreference.Ignore;

    private SteppablePipeline Open()
    {
        var intrinsics = (EngineIntrinsics)cmdlet.SessionState.PSVariable.GetValue("ExecutionContext");
        var pipeline = ScriptBlock.Create(Script).GetSteppablePipeline(CommandOrigin.Internal);
        pipeline.Begin(expectInput: true, intrinsics);
        _errors = cmdlet.SessionState.PSVariable.GetValue("global:Error") as ArrayList;
        return pipeline;
    }
}
