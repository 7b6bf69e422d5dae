using System.Globalization;

namespace ContainerPS.Engine.Cgroups;

/// <summary>Reads the texts of accounting files into numbers; what is not there counts 0.</summary>
internal static class KernelTable
{
    /// <summary>A number that is not negative; <c>max</c> is the greatest.</summary>
    internal static ulong Number(string? text)
    {
        var trimmed = (text ?? "").AsSpan().Trim();
        if (trimmed is "max") return ulong.MaxValue;
        return ulong.TryParse(trimmed, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : 0;
    }

    /// <summary>The number in a file.</summary>
    internal static ulong NumberIn(string? directory, string file) => directory is null ? 0 : Number(KernelFile.Read($"{directory}/{file}"));

    /// <summary>Numbers separated by spaces.</summary>
    internal static List<ulong> Numbers(string? text)
    {
        var result = new List<ulong>();
        foreach (var part in (text ?? "").Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)) result.Add(Number(part));
        return result;
    }

    /// <summary>Lines of <c>key number</c>.</summary>
    internal static Dictionary<string, ulong> Pairs(string? text)
    {
        var result = new Dictionary<string, ulong>();
        foreach (var line in (text ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
            if (line.IndexOf(' ') is var space and > 0) result[line[..space]] = Number(line[(space + 1)..]);
        return result;
    }

    /// <summary>A list such as <c>0-2,5</c>.</summary>
    internal static List<ushort> List(string? text)
    {
        var result = new List<ushort>();
        foreach (var part in (text ?? "").Trim().Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var dash = part.IndexOf('-');
            var (first, last) = (Number(dash < 0 ? part : part[..dash]), Number(dash < 0 ? part : part[(dash + 1)..]));
            for (var i = first; i <= last && i < ushort.MaxValue; i++) result.Add((ushort)i);
        }

        return result;
    }

    /// <summary>Lines such as <c>254:0 Read 4096</c>, without the totals of all devices; null when there is no file.</summary>
    internal static List<BlockCounter>? Block(string? text)
    {
        if (text is null) return null;
        var result = new List<BlockCounter>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var fields = line.Split((char[])[' ', ':'], StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length is 3 or 4) result.Add(new(Number(fields[0]), Number(fields[1]), fields.Length == 4 ? fields[2] : "", Number(fields[^1])));
        }

        return result;
    }

    /// <summary>Lines such as <c>some avg10=0.00 avg60=0.00 avg300=0.00 total=0</c>; null when the kernel does not count.</summary>
    internal static PressureDetails? Pressure(string path)
    {
        if (KernelFile.TryRead(path, out var text) != 0) return null;
        Pressure some = default, full = default;
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var pressure = new Pressure(Value("avg10="), Value("avg60="), Value("avg300="), (ulong)Value("total="));
            if (line.StartsWith("some ", StringComparison.Ordinal)) some = pressure;
            else full = pressure;

            double Value(string key) =>
                line.IndexOf(key, StringComparison.Ordinal) is var at and >= 0
                    && double.TryParse(line[(at + key.Length)..].Split(' ')[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : 0;
        }

        return new PressureDetails(some, full);
    }
}
