using System.Globalization;
using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>Orders any two values as PowerShell's sorting cmdlets do: null first, by the language's rules, and by text where those have none.</summary>
internal sealed class ValueComparer(bool caseSensitive, CultureInfo culture) : IComparer<object?>, IEqualityComparer<object?>
{
    public int Compare(object? x, object? y)
    {
        object? left = PSObject.Base(x);
        object? right = PSObject.Base(y);
        if (left is null || right is null)
            return left is null ? (right is null ? 0 : -1) : 1;
        if (LanguagePrimitives.TryCompare(left, right, !caseSensitive, culture, out int result))
            return result;
        string leftText = PSObject.AsPSObject(left).ToString();
        string rightText = PSObject.AsPSObject(right).ToString();
        return culture.CompareInfo.Compare(leftText, rightText, caseSensitive ? CompareOptions.None : CompareOptions.IgnoreCase);
    }

    public new bool Equals(object? x, object? y) => Compare(x, y) == 0;

    public int GetHashCode(object obj) => 0;

    public static CultureInfo CultureOf(string? name) => string.IsNullOrEmpty(name)
        ? CultureInfo.CurrentCulture
        : int.TryParse(name, CultureInfo.InvariantCulture, out int lcid) ? new CultureInfo(lcid) : new CultureInfo(name);
}
