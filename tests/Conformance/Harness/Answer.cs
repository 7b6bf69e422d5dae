using System.Text.Json.Nodes;

namespace ContainerPS.Conformance;

/// <summary>A part of what the probe answered.</summary>
public sealed record Answer(JsonNode? Node)
{
    /// <summary>A field of an object.</summary>
    public Answer this[string name] => new(Node is JsonObject o ? o[name] : null);

    /// <summary>An entry of a list.</summary>
    public Answer this[int index] => new(Node?[index]);

    /// <summary>Whether there is anything.</summary>
    public bool Exists => Node is not null;

    /// <summary>As text.</summary>
    public string Text => Node?.GetValue<string>() ?? throw new InvalidOperationException("The probe did not answer that.");

    /// <summary>As a number.</summary>
    public long Number => Node?.GetValue<long>() ?? throw new InvalidOperationException("The probe did not answer that.");

    /// <summary>As true or false.</summary>
    public bool Yes => Node!.GetValue<bool>();

    /// <summary>The error a call ended with ("EPERM"), or null.</summary>
    public string? Error => this["error"] is { Exists: true } error ? error.Text : null;

    /// <summary>The entries of a list.</summary>
    public IReadOnlyList<Answer> Items => [.. Node!.AsArray().Select(n => new Answer(n))];

    /// <summary>The entries of a list of texts.</summary>
    public string[] Texts => [.. Items.Select(i => i.Text)];

    /// <summary>The entries of a list of numbers.</summary>
    public long[] Numbers => [.. Items.Select(i => i.Number)];

    /// <summary>The names of an object's fields.</summary>
    public string[] Names => [.. Node!.AsObject().Select(p => p.Key)];

    /// <summary>The mount that is seen at a place: the last of a mount table's lines for it.</summary>
    public Answer MountAt(string point) =>
        Items.LastOrDefault(m => m["point"].Text == point) ?? throw new InvalidOperationException($"Nothing is mounted at '{point}': {Node!.ToJsonString()}");

    /// <summary>A comma-separated list.</summary>
    public string[] List => Text.Split(',', ' ');

    /// <inheritdoc/>
    public override string ToString() => Node?.ToJsonString() ?? "null";

    /// <summary>Reads the probe's document.</summary>
    public static Answer Parse(string json) => new(JsonNode.Parse(json));
}
