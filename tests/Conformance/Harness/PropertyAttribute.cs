using Xunit.Sdk;

namespace ContainerPS.Conformance;

/// <summary>A test of one property. What the kernel must have can be named; the test is skipped where that is missing.</summary>
[XunitTestCaseDiscoverer("ContainerPS.Conformance.PropertyDiscoverer", "ContainerPS.Conformance")]
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PropertyAttribute : FactAttribute
{
    /// <summary>A property that every kernel has.</summary>
    public PropertyAttribute()
    {
    }

    /// <summary>A property that needs something of the kernel.</summary>
    public PropertyAttribute(Needs needs) => Skip = Kernel.Missing(needs);
}

/// <summary>A test of a property with several values, one test each.</summary>
[XunitTestCaseDiscoverer("ContainerPS.Conformance.PropertiesDiscoverer", "ContainerPS.Conformance")]
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PropertiesAttribute : TheoryAttribute
{
    /// <summary>A property that every kernel has.</summary>
    public PropertiesAttribute()
    {
    }

    /// <summary>A property that needs something of the kernel.</summary>
    public PropertiesAttribute(Needs needs) => Skip = Kernel.Missing(needs);
}

/// <summary>
/// A runtime is known not to have this property, of a class or a test. The test has to fail with it, and is then counted as skipped: a mark that is no longer true is an error.
/// All marks together are the table of docs/conformance.md.
/// </summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class, AllowMultiple = true)]
internal sealed class DiffersInAttribute(string runtime, string reason) : Attribute
{
    /// <summary>runcs, crun or runc.</summary>
    public string Runtime => runtime;

    /// <summary>How it differs and why.</summary>
    public string Reason => reason;

    /// <summary>An argument of each of the rows that are meant, of a test with several; all when null.</summary>
    public string[]? Rows { get; init; }

    /// <summary>Whether the difference depends on the machine or on who is first: passing is then no error.</summary>
    public bool MayPass { get; init; }
}
