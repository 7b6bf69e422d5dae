using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Provider;

namespace Microsoft.PowerShell.Commands;

/// <summary>Get-Content.</summary>
[Cmdlet(VerbsCommon.Get, "Content", DefaultParameterSetName = "Path", SupportsTransactions = true)]
public sealed class GetContentCommand : ContentCommand
{
    /// <summary>How many lines go down the pipeline as one object; 0 is all.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public long ReadCount { get; set; } = 1;

    /// <summary>Only the first lines.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateRange(0, long.MaxValue)]
    [Alias("First", "Head")]
    public long TotalCount { get; set; } = -1;

    /// <summary>Only the last lines.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateRange(0, int.MaxValue)]
    [Alias("Last")]
    public int Tail { get; set; } = -1;

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        if (TotalCount != -1 && Tail != -1)
        {
            var both = new InvalidOperationException("The parameters TotalCount and Tail cannot be used together. Please specify only one parameter.");
            WriteError(new ErrorRecord(both, "TailAndHeadCannotCoexist", ErrorCategory.InvalidOperation, null));
            return;
        }

        if (TotalCount == 0)
            return;
        foreach (PathInfo item in Resolve(Path, allowMissing: false))
            Try(() =>
            {
                foreach (IContentReader reader in InvokeProvider.Content.GetReader(LiteralOf(item), NewContext()))
                    Read(item, reader);
            });
    }

    private protected override object? AskDynamicParameters(CmdletProviderContext context) =>
        InvokeProvider.Content.GetContentReaderDynamicParameters(FirstPath, context);

    private void Read(PathInfo item, IContentReader reader)
    {
        try
        {
            if (Tail >= 0 && !GoToTail(reader))
                return;
            ReadOn(item, reader);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException or InvalidOperationException)
        {
            var failure = new ProviderInvocationException("ProviderContentReadError", SessionStateStrings.ProviderContentReadError, item.Provider, item.Path, e);
            WriteError(new ErrorRecord(failure.ErrorRecord, failure));
        }
        finally
        {
            reader.Close();
        }
    }

    private void ReadOn(PathInfo item, IContentReader reader)
    {
        long count = 0;
        while (TotalCount < 0 || count < TotalCount)
        {
            long wanted = ReadCount;
            if (TotalCount > 0 && (wanted <= 0 || TotalCount - wanted < count))
                wanted = TotalCount - count;
            IList lines = reader.Read(wanted);
            if (lines is null || lines.Count == 0)
                return;
            count += lines.Count;
            WriteObject(WithOrigin(ReadCount == 1 ? lines[0]! : lines, item, count));
        }
    }

    private bool GoToTail(IContentReader reader)
    {
        if (reader is not FileSystemContentReaderWriter file)
        {
            var unsupported = new InvalidOperationException("The Tail parameter is supported for the FileSystem provider only.");
            WriteError(new ErrorRecord(unsupported, "TailNotSupported", ErrorCategory.InvalidOperation, Tail));
            return false;
        }

        try
        {
            file.SeekItemsBackward(Tail);
        }
        catch (BackReaderEncodingNotSupportedException)
        {
            ReadForwardsToTail(file);
        }

        return true;
    }

    /// <summary>Encodings that cannot be read backwards: count the lines once, then skip all but the last.</summary>
    private void ReadForwardsToTail(FileSystemContentReaderWriter file)
    {
        file.Seek(0, SeekOrigin.Begin);
        long lines = 0;
        while (file.ReadWithoutWaitingChanges(1) is { Count: > 0 })
            lines++;
        file.Seek(0, SeekOrigin.Begin);
        for (long skipped = 0; skipped < lines - Tail; skipped++)
            file.ReadWithoutWaitingChanges(1);
    }

    /// <summary>Each object says where it was read, as the pipeline's -Path by property name wants it.</summary>
    private PSObject WithOrigin(object content, PathInfo item, long count)
    {
        PSObject result = PSObject.AsPSObject(content);
        CmdletProviderContext context = NewContext();
        result.Properties.Add(new PSNoteProperty("PSPath", item.Path), preValidated: true);
        try
        {
            result.Properties.Add(new PSNoteProperty("PSParentPath", SessionState.Path.ParseParent(item.Path, item.Drive?.Root ?? string.Empty, context)), preValidated: true);
            result.Properties.Add(new PSNoteProperty("PSChildName", SessionState.Path.ParseChildName(item.Path, context)), preValidated: true);
        }
        catch (NotSupportedException)
        {
            // A flat provider's items have neither.
        }

        if (item.Drive is not null)
            result.Properties.Add(new PSNoteProperty("PSDrive", item.Drive), preValidated: true);
        result.Properties.Add(new PSNoteProperty("PSProvider", item.Provider), preValidated: true);
        result.Properties.Add(new PSNoteProperty("ReadCount", count), preValidated: true);
        return result;
    }
}
