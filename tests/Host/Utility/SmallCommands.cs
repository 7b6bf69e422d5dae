using System.Management.Automation;
using System.Management.Automation.Host;

namespace Microsoft.PowerShell.Commands;

/// <summary>Start-Sleep.</summary>
[Cmdlet(VerbsLifecycle.Start, "Sleep", DefaultParameterSetName = "Seconds")]
public sealed class StartSleepCommand : PSCmdlet, IDisposable
{
    private readonly ManualResetEventSlim _stopped = new();

    /// <summary>Seconds, with fractions.</summary>
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "Seconds", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateRange(0.0, int.MaxValue / 1000.0)]
    public double Seconds { get; set; }

    /// <summary>Milliseconds.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Milliseconds", ValueFromPipelineByPropertyName = true)]
    [ValidateRange(0, int.MaxValue)]
    [Alias("ms")]
    public int Milliseconds { get; set; }

    /// <summary>A span of time.</summary>
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "FromTimeSpan", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("ts")]
    public TimeSpan Duration { get; set; }

    /// <inheritdoc />
    public void Dispose() => _stopped.Dispose();

    /// <inheritdoc />
    protected override void ProcessRecord() => _stopped.Wait(ParameterSetName switch
    {
        "Seconds" => TimeSpan.FromSeconds(Seconds),
        "Milliseconds" => TimeSpan.FromMilliseconds(Milliseconds),
        _ => Duration,
    });

    /// <inheritdoc />
    protected override void StopProcessing() => _stopped.Set();
}

/// <summary>Measure-Command.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "Command")]
[OutputType(typeof(TimeSpan))]
public sealed class MeasureCommandCommand : PSCmdlet
{
    private readonly System.Diagnostics.Stopwatch _watch = new();

    /// <summary>Goes to the script as $_.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject InputObject { get; set; } = System.Management.Automation.Internal.AutomationNull.Value;

    /// <summary>What is measured, in the caller's scope.</summary>
    [Parameter(Position = 0, Mandatory = true)]
    public ScriptBlock Expression { get; set; } = ScriptBlock.EmptyScriptBlock;

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        _watch.Start();
        Expression.InvokeWithPipe(
            useLocalScope: false,
            errorHandlingBehavior: ScriptBlock.ErrorHandlingBehavior.WriteToCurrentErrorPipe,
            dollarUnder: InputObject,
            input: Array.Empty<object>(),
            scriptThis: System.Management.Automation.Internal.AutomationNull.Value,
            outputPipe: new System.Management.Automation.Internal.Pipe { NullPipe = true },
            invocationInfo: null);
        _watch.Stop();
    }

    /// <inheritdoc />
    protected override void EndProcessing() => WriteObject(_watch.Elapsed);
}

/// <summary>Invoke-Expression.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "Expression")]
public sealed class InvokeExpressionCommand : PSCmdlet
{
    /// <summary>The script's text.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [ValidateTrustedData]
    public string Command { get; set; } = string.Empty;

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        ScriptBlock script = InvokeCommand.NewScriptBlock(Command);
        script.InvokeUsingCmdlet(
            contextCmdlet: this,
            useLocalScope: false,
            errorHandlingBehavior: ScriptBlock.ErrorHandlingBehavior.WriteToCurrentErrorPipe,
            dollarUnder: System.Management.Automation.Internal.AutomationNull.Value,
            input: Array.Empty<object>(),
            scriptThis: System.Management.Automation.Internal.AutomationNull.Value,
            args: []);
    }
}

/// <summary>New-Guid.</summary>
[Cmdlet(VerbsCommon.New, "Guid", DefaultParameterSetName = "Default")]
[OutputType(typeof(Guid))]
public sealed class NewGuidCommand : PSCmdlet
{
    /// <summary>The guid of zeros.</summary>
    [Parameter(ParameterSetName = "Empty")]
    public SwitchParameter Empty { get; set; }

    /// <summary>The guid that the text says.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ParameterSetName = "InputObject")]
    public string? InputObject { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        if (InputObject is null)
            WriteObject(Empty ? Guid.Empty : Guid.CreateVersion7());
        else if (Guid.TryParse(InputObject, out Guid guid))
            WriteObject(guid);
        else
            WriteError(new ErrorRecord(new FormatException($"Unrecognized Guid format: {InputObject}"), "StringNotRecognizedAsGuid", ErrorCategory.InvalidArgument, null));
    }
}

/// <summary>Read-Host.</summary>
[Cmdlet(VerbsCommunications.Read, "Host", DefaultParameterSetName = "AsString")]
public sealed class ReadHostCommand : PSCmdlet
{
    /// <summary>The question.</summary>
    [Parameter(Position = 0, ValueFromRemainingArguments = true)]
    [AllowNull]
    public object? Prompt { get; set; }

    /// <summary>The answer is a secret.</summary>
    [Parameter(ParameterSetName = "AsSecureString")]
    public SwitchParameter AsSecureString { get; set; }

    /// <summary>The answer is not shown.</summary>
    [Parameter(ParameterSetName = "AsString")]
    public SwitchParameter MaskInput { get; set; }

    /// <inheritdoc />
    protected override void BeginProcessing()
    {
        object? answer = Prompt is null ? Read() : Ask(LanguagePrimitives.GetEnumerable(Prompt) is { } parts
            ? string.Join(' ', parts.Cast<object?>())
            : LanguagePrimitives.ConvertTo<string>(Prompt));
        WriteObject(MaskInput && answer is System.Security.SecureString secret ? new System.Net.NetworkCredential(string.Empty, secret).Password : answer);
    }

    private object? Read() => AsSecureString || MaskInput ? Host.UI.ReadLineAsSecureString() : Host.UI.ReadLine();

    private object? Ask(string question)
    {
        var field = new FieldDescription(question);
        field.SetParameterType(AsSecureString || MaskInput ? typeof(System.Security.SecureString) : typeof(string));
        Dictionary<string, PSObject> answers = Host.UI.Prompt(string.Empty, string.Empty, [field]);
        return answers.TryGetValue(question, out PSObject? answer) ? answer.BaseObject : null;
    }
}

/// <summary>Get-Host.</summary>
[Cmdlet(VerbsCommon.Get, "Host")]
[OutputType(typeof(PSHost))]
public sealed class GetHostCommand : PSCmdlet
{
    /// <inheritdoc />
    protected override void BeginProcessing() => WriteObject(Host);
}
