using System.Text.Json;

namespace ContainerPS.Engine.Tests.Containers.Grammar;

/// <summary>Rows of data/vectors: what Docker's command line makes of what a user writes.</summary>
internal static class Vectors
{
    /// <summary>Runs every row of a file: <paramref name="parse"/> gives what the row has as "out".</summary>
    internal static void Check(string file, Func<string, object> parse, Func<string, bool>? leftOut = null)
    {
        var faults = new List<string>();
        var count = 0;
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "data/vectors", file)))
        {
            using var row = JsonDocument.Parse(line);
            var text = row.RootElement.GetProperty("in").GetString()!;
            if (leftOut?.Invoke(text) == true)
                continue;
            count++;
            var expected = row.RootElement.TryGetProperty("out", out var value) ? value : (JsonElement?)null;
            try
            {
                var actual = JsonSerializer.SerializeToElement(parse(text));
                if (expected is null || !JsonElement.DeepEquals(expected.Value, actual))
                    faults.Add($"'{text}': expected {expected?.ToString() ?? "to be refused"}, got {actual}");
            }
            catch (InvalidSettingException error)
            {
                if (expected is not null)
                    faults.Add($"'{text}': expected {expected}, refused: {error.Message}");
                else if (!error.Message.StartsWith("Parameter: ") || !error.Message.Contains('\'') || error.Parameter != "Parameter")
                    faults.Add($"'{text}': refused without naming the parameter and the value: {error.Message}");
            }
        }

        Assert.True(count > 0, "The file has no rows.");
        Assert.True(faults.Count == 0, $"{faults.Count} of {count} rows differ:\n{string.Join('\n', faults)}");
    }
}
