using System.ComponentModel;
using System.Diagnostics;
using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>A process that was asked for is not there, or could not be used.</summary>
public class ProcessCommandException(string message, Exception? inner = null) : SystemException(message, inner)
{
    /// <summary>The name that was asked for.</summary>
    public string? ProcessName { get; init; }
}

/// <summary>Finds processes by name, id or object.</summary>
public abstract class ProcessCommand : Cmdlet
{
    private protected string[]? Names { get; set; }

    private protected int[]? Ids { get; set; }

    private protected Process[]? Objects { get; set; }

    private protected IEnumerable<Process> Find()
    {
        if (Objects is not null)
            return Objects;
        if (Ids is not null)
            return Ids.Select(ById).OfType<Process>();
        return (Names ?? ["*"]).SelectMany(ByName);
    }

    private protected void WriteFailure(Process process, Exception inner, string errorId, string verb, ErrorCategory category)
    {
        string message = $"Cannot {verb} process \"{NameOf(process)} ({process.Id})\" because of the following error: {inner.Message}";
        WriteError(new ErrorRecord(new ProcessCommandException(message, inner) { ProcessName = NameOf(process) }, errorId, category, process));
    }

    private protected static string NameOf(Process process)
    {
        try
        {
            return process.ProcessName;
        }
        catch (InvalidOperationException)
        {
            return string.Empty;
        }
    }

    private Process? ById(int id)
    {
        try
        {
            return Process.GetProcessById(id);
        }
        catch (ArgumentException)
        {
            var missing = new ProcessCommandException($"Cannot find a process with the process identifier {id}.");
            WriteError(new ErrorRecord(missing, "NoProcessFoundForGivenId", ErrorCategory.ObjectNotFound, id));
            return null;
        }
    }

    private List<Process> ByName(string name)
    {
        var pattern = WildcardPattern.Get(name, WildcardOptions.IgnoreCase);
        List<Process> found =
        [
            .. Process.GetProcesses().Where(process => pattern.IsMatch(NameOf(process)))
                .OrderBy(NameOf, StringComparer.CurrentCultureIgnoreCase).ThenBy(process => process.Id),
        ];
        if (found.Count == 0 && !WildcardPattern.ContainsWildcardCharacters(name))
        {
            var missing = new ProcessCommandException($"Cannot find a process with the name \"{name}\". Verify the process name and call the cmdlet again.") { ProcessName = name };
            WriteError(new ErrorRecord(missing, "NoProcessFoundForGivenName", ErrorCategory.ObjectNotFound, name));
        }

        return found;
    }
}

/// <summary>Get-Process.</summary>
[Cmdlet(VerbsCommon.Get, "Process", DefaultParameterSetName = "Name")]
[OutputType(typeof(Process))]
public sealed class GetProcessCommand : ProcessCommand
{
    /// <summary>Names; wildcards are expanded.</summary>
    [Parameter(Position = 0, ParameterSetName = "Name", ValueFromPipelineByPropertyName = true)]
    [Alias("ProcessName")]
    public string[]? Name { get => Names; set => Names = value; }

    /// <summary>Process ids.</summary>
    [Parameter(ParameterSetName = "Id", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PID")]
    public int[]? Id { get => Ids; set => Ids = value; }

    /// <summary>Process objects, read anew.</summary>
    [Parameter(ParameterSetName = "InputObject", Mandatory = true, ValueFromPipeline = true)]
    public Process[]? InputObject { get => Objects; set => Objects = value; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        foreach (Process process in Find())
        {
            if (Objects is not null)
                process.Refresh();
            WriteObject(process);
        }
    }
}

/// <summary>Stop-Process.</summary>
[Cmdlet(VerbsLifecycle.Stop, "Process", DefaultParameterSetName = "Id", SupportsShouldProcess = true)]
[OutputType(typeof(Process))]
public sealed class StopProcessCommand : ProcessCommand
{
    /// <summary>Names; wildcards are expanded.</summary>
    [Parameter(ParameterSetName = "Name", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("ProcessName")]
    public string[]? Name { get => Names; set => Names = value; }

    /// <summary>Process ids.</summary>
    [Parameter(Position = 0, ParameterSetName = "Id", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public int[]? Id { get => Ids; set => Ids = value; }

    /// <summary>Process objects.</summary>
    [Parameter(Position = 0, ParameterSetName = "InputObject", Mandatory = true, ValueFromPipeline = true)]
    public Process[]? InputObject { get => Objects; set => Objects = value; }

    /// <summary>Returns the stopped processes.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Without asking.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        foreach (Process process in Find())
        {
            if (!ShouldProcess($"{NameOf(process)} ({process.Id})"))
                continue;
            try
            {
                if (!process.HasExited)
                    process.Kill();
                if (PassThru)
                    WriteObject(process);
            }
            catch (Exception e) when (e is Win32Exception or InvalidOperationException)
            {
                WriteFailure(process, e, "CouldNotStopProcess", "stop", ErrorCategory.CloseError);
            }
        }
    }
}

/// <summary>Wait-Process.</summary>
[Cmdlet(VerbsLifecycle.Wait, "Process", DefaultParameterSetName = "Name")]
[OutputType(typeof(Process))]
public sealed class WaitProcessCommand : ProcessCommand
{
    private readonly List<Process> _waited = [];
    private readonly CancellationTokenSource _stopped = new();

    /// <summary>Names; wildcards are expanded.</summary>
    [Parameter(Position = 0, ParameterSetName = "Name", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("ProcessName")]
    public string[]? Name { get => Names; set => Names = value; }

    /// <summary>Process ids.</summary>
    [Parameter(ParameterSetName = "Id", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PID", "ProcessId")]
    public int[]? Id { get => Ids; set => Ids = value; }

    /// <summary>Process objects.</summary>
    [Parameter(ParameterSetName = "InputObject", Mandatory = true, ValueFromPipeline = true)]
    public Process[]? InputObject { get => Objects; set => Objects = value; }

    /// <summary>Seconds to wait at most.</summary>
    [Parameter(Position = 1)]
    [Alias("TimeoutSec")]
    [ValidateRange(0, 32767)]
    public int Timeout { get; set; } = -1;

    /// <summary>Returns the processes.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord() => _waited.AddRange(Find());

    /// <inheritdoc />
    protected override void EndProcessing()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stopped.Token);
        if (Timeout >= 0)
            limit.CancelAfter(TimeSpan.FromSeconds(Timeout));
        foreach (Process process in _waited)
        {
            try
            {
                process.WaitForExitAsync(limit.Token).GetAwaiter().GetResult();
            }
            catch (OperationCanceledException) when (!_stopped.IsCancellationRequested)
            {
                var late = new TimeoutException($"This command stopped operation because process \"{NameOf(process)} ({process.Id})\" is not stopped in the specified time-out.");
                WriteError(new ErrorRecord(late, "ProcessNotTerminated", ErrorCategory.CloseError, process));
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }

        if (PassThru)
            WriteObject(_waited, enumerateCollection: true);
    }

    /// <inheritdoc />
    protected override void StopProcessing() => _stopped.Cancel();
}
