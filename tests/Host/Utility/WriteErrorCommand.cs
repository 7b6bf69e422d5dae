using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>The exception of an error that a script wrote as text.</summary>
public class WriteErrorException(string message) : SystemException(message);

/// <summary>Write-Error.</summary>
[Cmdlet(VerbsCommunications.Write, "Error", DefaultParameterSetName = "NoException")]
public sealed class WriteErrorCommand : PSCmdlet
{
    /// <summary>The exception.</summary>
    [Parameter(Position = 0, ParameterSetName = "WithException", Mandatory = true)]
    public Exception? Exception { get; set; }

    /// <summary>The message.</summary>
    [Parameter(Position = 0, ParameterSetName = "NoException", Mandatory = true, ValueFromPipeline = true)]
    [Parameter(ParameterSetName = "WithException")]
    [AllowNull]
    [AllowEmptyString]
    [Alias("Msg")]
    public string? Message { get; set; }

    /// <summary>A whole error record.</summary>
    [Parameter(Position = 0, ParameterSetName = "ErrorRecord", Mandatory = true)]
    public ErrorRecord? ErrorRecord { get; set; }

    /// <summary>What kind of error.</summary>
    [Parameter(ParameterSetName = "NoException")]
    [Parameter(ParameterSetName = "WithException")]
    public ErrorCategory Category { get; set; } = ErrorCategory.NotSpecified;

    /// <summary>The error's id.</summary>
    [Parameter(ParameterSetName = "NoException")]
    [Parameter(ParameterSetName = "WithException")]
    public string ErrorId { get; set; } = string.Empty;

    /// <summary>The object concerned.</summary>
    [Parameter(ParameterSetName = "NoException")]
    [Parameter(ParameterSetName = "WithException")]
    public object? TargetObject { get; set; }

    /// <summary>What to do about it.</summary>
    [Parameter]
    public string RecommendedAction { get; set; } = string.Empty;

    /// <summary>What was being done.</summary>
    [Parameter]
    [Alias("Activity")]
    public string CategoryActivity { get; set; } = string.Empty;

    /// <summary>Why it failed.</summary>
    [Parameter]
    [Alias("Reason")]
    public string CategoryReason { get; set; } = string.Empty;

    /// <summary>The object concerned, as text.</summary>
    [Parameter]
    [Alias("TargetName")]
    public string CategoryTargetName { get; set; } = string.Empty;

    /// <summary>The type of the object concerned.</summary>
    [Parameter]
    [Alias("TargetType")]
    public string CategoryTargetType { get; set; } = string.Empty;

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        ErrorRecord record = ErrorRecord is null ? NewRecord() : new ErrorRecord(ErrorRecord, null);
        if (RecommendedAction.Length > 0)
        {
            record.ErrorDetails ??= new ErrorDetails(record.ToString());
            record.ErrorDetails.RecommendedAction = RecommendedAction;
        }

        if (CategoryReason.Length > 0)
            record.CategoryInfo.Reason = CategoryReason;
        if (CategoryTargetName.Length > 0)
            record.CategoryInfo.TargetName = CategoryTargetName;
        if (CategoryTargetType.Length > 0)
            record.CategoryInfo.TargetType = CategoryTargetType;

        // The error belongs to the script that wrote it, so it shows that script's line.
        if (GetVariableValue("MyInvocation") is InvocationInfo caller)
        {
            record.SetInvocationInfo(caller);
            record.PreserveInvocationInfoOnce = true;
            record.CategoryInfo.Activity = CategoryActivity.Length > 0 ? CategoryActivity : "Write-Error";
        }
        else if (CategoryActivity.Length > 0)
        {
            record.CategoryInfo.Activity = CategoryActivity;
        }

        WriteError(record);
    }

    private ErrorRecord NewRecord()
    {
        string message = Message ?? string.Empty;
        var record = new ErrorRecord(Exception ?? new WriteErrorException(message), ErrorId.Length > 0 ? ErrorId : ErrorIdOf(), Category, TargetObject);
        if (Exception is not null && message.Length > 0)
            record.ErrorDetails = new ErrorDetails(message);
        return record;
    }

    private string ErrorIdOf() => Exception?.GetType().FullName ?? typeof(WriteErrorException).FullName!;
}
