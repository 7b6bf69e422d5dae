namespace ContainerPS.Engine;

/// <summary>How several values are written as one text; New-Container reads rows of a CSV file in the same form.</summary>
internal static class ReadableText
{
    /// <summary>What stands between values.</summary>
    internal const string Separator = "; ";
}
