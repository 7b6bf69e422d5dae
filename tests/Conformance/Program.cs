namespace ContainerPS.Conformance;

/// <summary><c>dotnet ContainerPS.Conformance.dll table</c> writes the table of docs/conformance.md.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        if (arguments is ["table"]) Console.Write(DifferenceTable.Write());
        return 0; // otherwise it is the test runner's
    }
}
