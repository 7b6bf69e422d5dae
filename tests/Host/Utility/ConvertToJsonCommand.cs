using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>ConvertTo-Json.</summary>
[Cmdlet(VerbsData.ConvertTo, "Json")]
[OutputType(typeof(string))]
public sealed class ConvertToJsonCommand : PSCmdlet
{
    private readonly List<object?> _items = [];
    private readonly CancellationTokenSource _stopped = new();

    /// <summary>The objects; several become an array.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [AllowNull]
    public object? InputObject { get; set; }

    /// <summary>How deep objects within objects are shown; deeper ones are their text.</summary>
    [Parameter]
    [ValidateRange(0, 100)]
    public int Depth { get; set; } = 2;

    /// <summary>On one line.</summary>
    [Parameter]
    public SwitchParameter Compress { get; set; }

    /// <summary>Enumerations by name.</summary>
    [Parameter]
    public SwitchParameter EnumsAsStrings { get; set; }

    /// <summary>An array even of one object.</summary>
    [Parameter]
    public SwitchParameter AsArray { get; set; }

    /// <summary>Which characters become escapes.</summary>
    [Parameter]
    public JsonEscapeHandling EscapeHandling { get; set; } = JsonEscapeHandling.Default;

    /// <inheritdoc />
    protected override void ProcessRecord() => _items.Add(InputObject);

    /// <inheritdoc />
    protected override void EndProcessing()
    {
        if (_items.Count == 0)
            return;
        object? value = _items.Count > 1 || AsArray ? _items : _items[0];
        var writer = new JsonText(Depth, EnumsAsStrings, Compress, EscapeHandling, _stopped.Token);
        string text = writer.Convert(value);
        if (writer.Truncated)
            WriteWarning($"Resulting JSON is truncated as serialization has exceeded the set depth of {Depth}.");
        WriteObject(text);
    }

    /// <inheritdoc />
    protected override void StopProcessing() => _stopped.Cancel();
}

/// <summary>Which characters ConvertTo-Json escapes.</summary>
public enum JsonEscapeHandling
{
    /// <summary>Control characters, quotes and backslashes.</summary>
    Default,

    /// <summary>All beyond ASCII besides.</summary>
    EscapeNonAscii,

    /// <summary>What HTML gives a meaning besides.</summary>
    EscapeHtml,
}
