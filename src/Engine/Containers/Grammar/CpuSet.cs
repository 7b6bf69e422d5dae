using System.Globalization;

namespace ContainerPS.Engine.Containers;

/// <summary>Lists of processors or memory nodes as the kernel and Docker take them: numbers and ranges with commas, such as <c>0-3,5</c>.</summary>
internal static class CpuSet
{
    // What the largest kernels are built for (NR_CPUS).
    private const int Most = 8192;

    /// <summary>The numbers, ascending, each once; an empty text has none.</summary>
    /// <exception cref="InvalidSettingException">It is not such a list.</exception>
    internal static IReadOnlyCollection<int> Parse(string text, string parameter)
    {
        var numbers = new SortedSet<int>();
        if (text.Length == 0)
            return numbers;
        foreach (var part in text.Split(','))
        {
            var dash = part.IndexOf('-');
            if (!TryParse(dash < 0 ? part : part.AsSpan(0, dash), out var first) || !TryParse(dash < 0 ? part : part.AsSpan(dash + 1), out var last) || last < first)
                throw new InvalidSettingException(parameter, text, $"{parameter}: '{text}' is not a list of numbers. Use numbers and ranges such as 0-3,5.");
            for (var number = first; number <= last; number++)
                numbers.Add(number);
        }

        return numbers;
    }

    private static bool TryParse(ReadOnlySpan<char> text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number < Most;
}
