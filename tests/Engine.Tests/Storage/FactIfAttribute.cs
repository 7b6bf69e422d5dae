namespace ContainerPS.Engine.Tests.Storage;

/// <summary>A test that needs a program of another project to compare with; skipped, and shown as skipped, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FactIfAttribute : FactAttribute
{
    public FactIfAttribute(string program)
    {
        Program = program;
        if (!File.Exists($"/usr/bin/{program}") && !File.Exists($"/bin/{program}")) Skip = $"{program} is not installed";
    }

    public string Program { get; }
}
