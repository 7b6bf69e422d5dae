using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>Get-Random.</summary>
[Cmdlet(VerbsCommon.Get, "Random", DefaultParameterSetName = "RandomNumberParameterSet")]
[OutputType(typeof(int), typeof(long), typeof(double))]
public sealed class GetRandomCommand : PSCmdlet
{
    private readonly List<object?> _items = [];
    private Random _random = Random.Shared;

    /// <summary>The same seed gives the same numbers.</summary>
    [Parameter]
    public int? SetSeed { get; set; }

    /// <summary>All numbers are below this.</summary>
    [Parameter(Position = 0, ParameterSetName = "RandomNumberParameterSet")]
    public object? Maximum { get; set; }

    /// <summary>The smallest number.</summary>
    [Parameter(ParameterSetName = "RandomNumberParameterSet")]
    public object? Minimum { get; set; }

    /// <summary>What to choose from.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ParameterSetName = "RandomListItemParameterSet")]
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ParameterSetName = "ShuffleParameterSet")]
    [AllowNull]
    public object?[]? InputObject { get; set; }

    /// <summary>How many.</summary>
    [Parameter(ParameterSetName = "RandomNumberParameterSet")]
    [Parameter(ParameterSetName = "RandomListItemParameterSet")]
    [ValidateRange(1, int.MaxValue)]
    public int Count { get; set; } = 1;

    /// <summary>All of them in random order.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "ShuffleParameterSet")]
    public SwitchParameter Shuffle { get; set; }

    /// <inheritdoc />
    protected override void BeginProcessing()
    {
        if (SetSeed is { } seed)
            _random = new Random(seed);
        if (ParameterSetName != "RandomNumberParameterSet")
            return;
        for (int i = 0; i < Count; i++)
            WriteObject(Next());
    }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        if (ParameterSetName != "RandomNumberParameterSet")
            _items.AddRange(InputObject ?? [null]);
    }

    /// <inheritdoc />
    protected override void EndProcessing()
    {
        if (ParameterSetName == "RandomNumberParameterSet")
            return;
        object?[] items = [.. _items];
        _random.Shuffle(items);
        WriteObject(items.Take(Shuffle ? items.Length : Count), enumerateCollection: true);
    }

    private object Next()
    {
        object minimum = PSObject.Base(Minimum) ?? 0;
        object maximum = PSObject.Base(Maximum) ?? int.MaxValue;
        if (minimum is double or float or decimal || maximum is double or float or decimal)
        {
            double from = LanguagePrimitives.ConvertTo<double>(minimum);
            double to = LanguagePrimitives.ConvertTo<double>(maximum);
            CheckOrder(from < to, minimum, maximum);
            return from + (_random.NextDouble() * (to - from));
        }

        long low = LanguagePrimitives.ConvertTo<long>(minimum);
        long high = LanguagePrimitives.ConvertTo<long>(maximum);
        CheckOrder(low < high, minimum, maximum);
        long number = _random.NextInt64(low, high);
        return minimum is long || maximum is long || number is < int.MinValue or > int.MaxValue ? number : (int)number;
    }

    private void CheckOrder(bool inOrder, object minimum, object maximum)
    {
        if (inOrder)
            return;
        var failure = new ArgumentException($"The Minimum value ({minimum}) cannot be greater than or equal to the Maximum value ({maximum}).");
        ThrowTerminatingError(new ErrorRecord(failure, "MinGreaterThanOrEqualMax", ErrorCategory.InvalidArgument, null));
    }
}
