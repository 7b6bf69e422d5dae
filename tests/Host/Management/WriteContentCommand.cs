using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Provider;

namespace Microsoft.PowerShell.Commands;

/// <summary>What Set-Content and Add-Content share: writers stay open from the first object to the last.</summary>
public abstract class WriteContentCommand : ContentCommand, IDisposable
{
    private readonly List<IContentWriter> _writers = [];
    private bool _pathsFromPipeline;

    /// <summary>What to write.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyCollection]
    public object?[]? Value { get; set; }

    /// <summary>Returns what was written.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Closes what is open after an error.</summary>
    public void Dispose()
    {
        Close();
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc />
    protected override void BeginProcessing() => _pathsFromPipeline = Path.Length == 0;

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        if (_pathsFromPipeline)
            Close();
        if (_writers.Count == 0)
            Open();
        object?[] content = Value ?? [];
        foreach (IContentWriter writer in _writers)
        {
            if (content.Length > 0)
                writer.Write(content);
        }

        if (PassThru && _writers.Count > 0)
            WriteObject(content.Length == 1 ? content[0] : content, enumerateCollection: true);
    }

    /// <inheritdoc />
    protected override void EndProcessing() => Close();

    private protected abstract string Action { get; }

    private protected abstract bool Prepare(string path, CmdletProviderContext context);

    private protected abstract void Position(IContentWriter writer);

    private protected override object? AskDynamicParameters(CmdletProviderContext context) =>
        InvokeProvider.Content.GetContentWriterDynamicParameters(FirstPath, context);

    private void Open()
    {
        foreach (PathInfo item in Resolve(Path, allowMissing: true))
        {
            if (!ShouldProcess($"Path: {item.Path}", Action))
                continue;
            Try(() =>
            {
                CmdletProviderContext context = NewContext();
                if (!Prepare(LiteralOf(item), context))
                    return;
                foreach (IContentWriter writer in InvokeProvider.Content.GetWriter(LiteralOf(item), context))
                {
                    Position(writer);
                    _writers.Add(writer);
                }
            });
        }
    }

    private void Close()
    {
        foreach (IContentWriter writer in _writers)
            writer.Close();
        _writers.Clear();
    }
}

/// <summary>Set-Content.</summary>
[Cmdlet(VerbsCommon.Set, "Content", DefaultParameterSetName = "Path", SupportsShouldProcess = true, SupportsTransactions = true)]
public sealed class SetContentCommand : WriteContentCommand
{
    private protected override string Action => "Set Content";

    private protected override bool Prepare(string path, CmdletProviderContext context)
    {
        try
        {
            // The question was asked once for the whole: the provider is not to ask again.
            var clear = new CmdletProviderContext(Context) { Force = Force, SuppressWildcardExpansion = IsLiteral };
            InvokeProvider.Content.Clear(path, clear);
        }
        catch (Exception e) when (e is ItemNotFoundException or PSNotSupportedException)
        {
            // A new file, or a provider whose writer replaces what there was.
        }

        return true;
    }

    private protected override void Position(IContentWriter writer)
    {
        // The writer of a cleared item stands at its start, which is its end.
    }
}

/// <summary>Add-Content.</summary>
[Cmdlet(VerbsCommon.Add, "Content", DefaultParameterSetName = "Path", SupportsShouldProcess = true, SupportsTransactions = true)]
public sealed class AddContentCommand : WriteContentCommand
{
    private protected override string Action => "Add Content";

    private protected override bool Prepare(string path, CmdletProviderContext context) => true;

    private protected override void Position(IContentWriter writer) => writer.Seek(0, SeekOrigin.End);
}
