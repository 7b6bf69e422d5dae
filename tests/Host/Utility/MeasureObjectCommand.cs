using System.Management.Automation;
using System.Text.RegularExpressions;

namespace Microsoft.PowerShell.Commands;

/// <summary>What Measure-Object found about one property.</summary>
public abstract class MeasureInfo
{
    /// <summary>The property that was measured.</summary>
    public string? Property { get; set; }
}

/// <summary>Count, sum and extremes of numbers.</summary>
public sealed class GenericMeasureInfo : MeasureInfo
{
    /// <summary>How many values.</summary>
    public int Count { get; set; }

    /// <summary>Their mean.</summary>
    public double? Average { get; set; }

    /// <summary>Their sum.</summary>
    public double? Sum { get; set; }

    /// <summary>The largest.</summary>
    public double? Maximum { get; set; }

    /// <summary>The smallest.</summary>
    public double? Minimum { get; set; }

    /// <summary>Their standard deviation.</summary>
    public double? StandardDeviation { get; set; }
}

/// <summary>Count and extremes of values that are not numbers.</summary>
public sealed class GenericObjectMeasureInfo : MeasureInfo
{
    /// <summary>How many values.</summary>
    public int Count { get; set; }

    /// <summary>Their mean.</summary>
    public double? Average { get; set; }

    /// <summary>Their sum.</summary>
    public double? Sum { get; set; }

    /// <summary>The largest.</summary>
    public object? Maximum { get; set; }

    /// <summary>The smallest.</summary>
    public object? Minimum { get; set; }

    /// <summary>Their standard deviation.</summary>
    public double? StandardDeviation { get; set; }
}

/// <summary>Lines, words and characters of texts.</summary>
public sealed class TextMeasureInfo : MeasureInfo
{
    /// <summary>Lines.</summary>
    public int? Lines { get; set; }

    /// <summary>Words.</summary>
    public int? Words { get; set; }

    /// <summary>Characters.</summary>
    public int? Characters { get; set; }
}

/// <summary>Measure-Object.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "Object", DefaultParameterSetName = "GenericMeasure")]
[OutputType(typeof(GenericMeasureInfo), typeof(TextMeasureInfo), typeof(GenericObjectMeasureInfo))]
public sealed partial class MeasureObjectCommand : ObjectInputCommand
{
    /// <summary>The properties to measure; the objects themselves without.</summary>
    [Parameter(Position = 0)]
    public PSPropertyExpression[]? Property { get; set; }

    /// <summary>The standard deviation.</summary>
    [Parameter(ParameterSetName = "GenericMeasure")]
    public SwitchParameter StandardDeviation { get; set; }

    /// <summary>The sum.</summary>
    [Parameter(ParameterSetName = "GenericMeasure")]
    public SwitchParameter Sum { get; set; }

    /// <summary>All of them.</summary>
    [Parameter(ParameterSetName = "GenericMeasure")]
    public SwitchParameter AllStats { get; set; }

    /// <summary>The mean.</summary>
    [Parameter(ParameterSetName = "GenericMeasure")]
    public SwitchParameter Average { get; set; }

    /// <summary>The largest.</summary>
    [Parameter(ParameterSetName = "GenericMeasure")]
    public SwitchParameter Maximum { get; set; }

    /// <summary>The smallest.</summary>
    [Parameter(ParameterSetName = "GenericMeasure")]
    public SwitchParameter Minimum { get; set; }

    /// <summary>Lines.</summary>
    [Parameter(ParameterSetName = "TextMeasure")]
    public SwitchParameter Line { get; set; }

    /// <summary>Words.</summary>
    [Parameter(ParameterSetName = "TextMeasure")]
    public SwitchParameter Word { get; set; }

    /// <summary>Characters.</summary>
    [Parameter(ParameterSetName = "TextMeasure")]
    public SwitchParameter Character { get; set; }

    /// <summary>White space does not count.</summary>
    [Parameter(ParameterSetName = "TextMeasure")]
    public SwitchParameter IgnoreWhiteSpace { get; set; }

    /// <inheritdoc />
    protected override void EndProcessing()
    {
        if (Property is null)
        {
            WriteResult(null, [.. Items.Cast<object?>()]);
            return;
        }

        foreach (PSPropertyExpression expression in Property)
            MeasureProperty(expression);
    }

    private void MeasureProperty(PSPropertyExpression expression)
    {
        // A wildcard measures each property it fits, in the order they are met.
        var values = new Dictionary<string, List<object?>>(StringComparer.OrdinalIgnoreCase);
        foreach (PSObject item in Items)
        {
            IEnumerable<PSPropertyExpression> names = expression.Script is null ? expression.ResolveNames(item) : [expression];
            foreach (PSPropertyExpression name in names)
            {
                if (name.GetValues(item) is [{ Exception: null, Result: not null and var value }, ..])
                    (values.TryGetValue(name.ToString(), out var list) ? list : values[name.ToString()] = []).Add(value);
            }
        }

        foreach ((string name, List<object?> list) in values)
            WriteResult(name, list);
    }

    private void WriteResult(string? property, List<object?> values) =>
        WriteObject(ParameterSetName == "TextMeasure" ? MeasureText(property, values) : MeasureValues(property, values));

    private TextMeasureInfo MeasureText(string? property, List<object?> values)
    {
        List<string> texts = [.. values.Select(value => LanguagePrimitives.ConvertTo<string>(value))];
        return new TextMeasureInfo
        {
            Property = property,
            Lines = Line ? texts.Sum(CountLines) : null,
            Words = Word ? texts.Sum(text => Words().Count(text)) : null,
            Characters = Character ? texts.Sum(text => IgnoreWhiteSpace ? text.Count(letter => !char.IsWhiteSpace(letter)) : text.Length) : null,
        };
    }

    private int CountLines(string text)
    {
        string[] lines = text.Split('\n');
        int ends = text.EndsWith('\n') ? 1 : 0;
        return text.Length == 0 ? 0 : IgnoreWhiteSpace ? lines.Count(line => line.Trim().Length > 0) : lines.Length - ends;
    }

    private MeasureInfo MeasureValues(string? property, List<object?> values)
    {
        bool needNumbers = Sum || Average || StandardDeviation || AllStats;
        bool extremes = Maximum || Minimum;
        if (!needNumbers && extremes && !values.All(IsNumber))
            return MeasureObjects(property, values);
        var info = new GenericMeasureInfo { Property = property, Count = values.Count };
        if (!needNumbers && !extremes)
            return info;
        List<double> numbers = ToNumbers(values);
        if (numbers.Count == 0)
            return info;
        if (Sum || AllStats)
            info.Sum = numbers.Sum();
        if (Average || AllStats)
            info.Average = numbers.Sum() / numbers.Count;
        if (Maximum || AllStats)
            info.Maximum = numbers.Max();
        if (Minimum || AllStats)
            info.Minimum = numbers.Min();
        if (StandardDeviation || AllStats)
            info.StandardDeviation = Deviation(numbers);
        return info;
    }

    private GenericObjectMeasureInfo MeasureObjects(string? property, List<object?> values)
    {
        var comparer = new ValueComparer(caseSensitive: false, System.Globalization.CultureInfo.CurrentCulture);
        return new GenericObjectMeasureInfo
        {
            Property = property,
            Count = values.Count,
            Maximum = Maximum ? PSObject.Base(values.Max(comparer)) : null,
            Minimum = Minimum ? PSObject.Base(values.Min(comparer)) : null,
        };
    }

    private List<double> ToNumbers(List<object?> values)
    {
        var numbers = new List<double>();
        foreach (object? value in values)
        {
            if (LanguagePrimitives.TryConvertTo(value, out double number))
            {
                numbers.Add(number);
                continue;
            }

            var failure = new PSInvalidCastException($"Input object \"{value}\" is not numeric.");
            WriteError(new ErrorRecord(failure, "NonNumericInputObject", ErrorCategory.InvalidType, value));
        }

        return numbers;
    }

    private static bool IsNumber(object? value) =>
        PSObject.Base(value) is byte or sbyte or short or ushort or int or uint or long or ulong or float or double or decimal;

    private static double Deviation(List<double> numbers)
    {
        double mean = numbers.Average();
        return numbers.Count < 2 ? 0 : Math.Sqrt(numbers.Sum(number => (number - mean) * (number - mean)) / (numbers.Count - 1));
    }

    [GeneratedRegex(@"\S+")]
    private static partial Regex Words();
}
