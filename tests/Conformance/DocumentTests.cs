namespace ContainerPS.Conformance;

/// <summary>docs/conformance.md says what the marks say.</summary>
public sealed class DocumentTests
{
    [Fact]
    public void TheDocumentListsExactlyTheMarkedDifferences()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "ContainerPS.sln"))) folder = Path.GetDirectoryName(folder)!;
        var document = File.ReadAllText(Path.Combine(folder, "docs/conformance.md"));
        var start = document.IndexOf("| test |", StringComparison.Ordinal);
        Assert.Equal(DifferenceTable.Write(), document[start..]);
    }
}
