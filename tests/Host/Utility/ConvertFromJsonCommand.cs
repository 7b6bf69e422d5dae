using System.Management.Automation;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Microsoft.PowerShell.Commands;

/// <summary>How ConvertFrom-Json treats texts that look like dates.</summary>
public enum JsonDateKind
{
    /// <summary>Dates as they say.</summary>
    Default,

    /// <summary>Dates in local time.</summary>
    Local,

    /// <summary>Dates in universal time.</summary>
    Utc,

    /// <summary>Dates with their offset.</summary>
    Offset,

    /// <summary>Texts.</summary>
    String,
}

/// <summary>ConvertFrom-Json.</summary>
[Cmdlet(VerbsData.ConvertFrom, "Json")]
public sealed class ConvertFromJsonCommand : PSCmdlet
{
    private readonly List<string> _texts = [];

    /// <summary>The text; several together are one document, or each is one.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [AllowEmptyString]
    public string InputObject { get; set; } = string.Empty;

    /// <summary>Objects as ordered hashtables.</summary>
    [Parameter]
    public SwitchParameter AsHashtable { get; set; }

    /// <summary>How deep the document may be.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Depth { get; set; } = 1024;

    /// <summary>An array goes on as one object.</summary>
    [Parameter]
    public SwitchParameter NoEnumerate { get; set; }

    /// <summary>How dates are read.</summary>
    [Parameter]
    public JsonDateKind DateKind { get; set; } = JsonDateKind.Default;

    /// <inheritdoc />
    protected override void ProcessRecord() => _texts.Add(InputObject);

    /// <inheritdoc />
    protected override void EndProcessing()
    {
        if (_texts.Count == 0)
            return;
        // Lines of one document arrive as several strings; when the first is a document by itself, each is one.
        if (_texts.Count > 1 && IsDocument(_texts[0]))
        {
            foreach (string text in _texts)
                Convert(text);
            return;
        }

        Convert(string.Join('\n', _texts));
    }

    private static bool IsDocument(string text)
    {
        try
        {
            JToken.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private void Convert(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return;
        var settings = new JsonSerializerSettings
        {
            TypeNameHandling = TypeNameHandling.None,
            MetadataPropertyHandling = MetadataPropertyHandling.Ignore,
            MaxDepth = Depth,
            DateParseHandling = DateKind switch
            {
                JsonDateKind.String => DateParseHandling.None,
                JsonDateKind.Offset => DateParseHandling.DateTimeOffset,
                _ => DateParseHandling.DateTime,
            },
            DateTimeZoneHandling = DateKind switch
            {
                JsonDateKind.Local => DateTimeZoneHandling.Local,
                JsonDateKind.Utc => DateTimeZoneHandling.Utc,
                _ => DateTimeZoneHandling.RoundtripKind,
            },
        };
        try
        {
            WriteObject(Value(JsonConvert.DeserializeObject<JToken>(text, settings)), !NoEnumerate);
        }
        catch (JsonException e)
        {
            var failure = new ArgumentException($"Conversion from JSON failed with error: {e.Message}", e);
            ThrowTerminatingError(new ErrorRecord(failure, "System.ArgumentException", ErrorCategory.NotSpecified, null));
        }
    }

    private object? Value(JToken? token) => token switch
    {
        JObject members => AsHashtable ? Table(members) : Object(members),
        JArray items => items.Select(Value).ToArray(),
        JValue value => value.Value,
        _ => null,
    };

    private PSObject Object(JObject members)
    {
        var result = new PSObject();
        foreach (JProperty property in members.Properties())
        {
            if (property.Name.Length == 0)
                throw Failure("The provided JSON includes a property whose name is an empty string, this is only supported using the -AsHashTable switch.", "EmptyKeyInJsonString");
            if (result.Properties[property.Name] is { } existing)
            {
                if (existing.Name != property.Name)
                    throw Failure($"Cannot convert the JSON string because it contains keys with different casing. Please use the -AsHashTable switch instead. The key that was attempted to be added to the existing key '{existing.Name}' was '{property.Name}'.", "KeysWithDifferentCasingInJsonString");
                existing.Value = Value(property.Value);
                continue;
            }

            result.Properties.Add(new PSNoteProperty(property.Name, Value(property.Value)));
        }

        return result;
    }

    private OrderedHashtable Table(JObject members)
    {
        var table = new OrderedHashtable();
        foreach (JProperty property in members.Properties())
            table[property.Name] = Value(property.Value);
        return table;
    }

    private InvalidOperationException Failure(string message, string errorId)
    {
        var failure = new InvalidOperationException(message);
        ThrowTerminatingError(new ErrorRecord(failure, errorId, ErrorCategory.InvalidOperation, null));
        return failure;
    }
}
