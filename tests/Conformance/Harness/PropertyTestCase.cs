using System.ComponentModel;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace ContainerPS.Conformance;

/// <summary>Turns the failure of a test that is marked as differing in this runtime into a skip, and its success into a failure; skips what the kernel cannot show.</summary>
internal sealed class PropertyTestCase : XunitTestCase
{
    /// <summary>For the runner, which reads test cases back.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    [Obsolete("Called by the deserializer")]
    public PropertyTestCase()
    {
    }

    /// <summary>One test of a method.</summary>
    public PropertyTestCase(IMessageSink sink, TestMethodDisplay display, TestMethodDisplayOptions options, ITestMethod method, object[]? arguments = null)
        : base(sink, display, options, method, arguments)
    {
    }

    /// <inheritdoc/>
    public override async Task<RunSummary> RunAsync(
        IMessageSink diagnosticMessageSink, IMessageBus messageBus, object[] constructorArguments, ExceptionAggregator aggregator, CancellationTokenSource cancellationTokenSource)
    {
        var method = ((IReflectionMethodInfo)TestMethod.Method).MethodInfo;
        using var bus = new OutcomeBus(messageBus, Difference.Find(method, TestMethodArguments, TestedRuntime.Name));
        var summary = await base.RunAsync(diagnosticMessageSink, bus, constructorArguments, aggregator, cancellationTokenSource);
        summary.Failed = bus.Failed;
        summary.Skipped = bus.Skipped;
        return summary;
    }

    private sealed class OutcomeBus(IMessageBus inner, DiffersInAttribute? difference) : IMessageBus
    {
        internal int Failed { get; private set; }

        internal int Skipped { get; private set; }

        public bool QueueMessage(IMessageSinkMessage message)
        {
            var seen = message switch
            {
                ITestFailed failed when failed.ExceptionTypes[0] == typeof(MissingFeatureException).FullName => new TestSkipped(failed.Test, failed.Messages[0]),
                ITestFailed failed when difference is not null => new TestSkipped(failed.Test, $"{TestedRuntime.Name} differs: {difference.Reason}"),
                ITestPassed passed when difference is { MayPass: false } => new TestFailed(passed.Test, passed.ExecutionTime, passed.Output,
                    new XunitException($"{TestedRuntime.Name} is marked as differing ({difference.Reason}) and does not: take the mark away.")),
                _ => message,
            };
            if (seen is ITestFailed) Failed++;
            if (seen is ITestSkipped) Skipped++;
            return inner.QueueMessage(seen);
        }

        public void Dispose()
        {
            // The inner one is the runner's.
        }
    }
}

/// <summary>Makes test cases of <see cref="PropertyAttribute"/>.</summary>
internal sealed class PropertyDiscoverer(IMessageSink sink) : IXunitTestCaseDiscoverer
{
    /// <inheritdoc/>
    public IEnumerable<IXunitTestCase> Discover(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        [new PropertyTestCase(sink, discoveryOptions.MethodDisplayOrDefault(), discoveryOptions.MethodDisplayOptionsOrDefault(), testMethod)];
}

/// <summary>Makes test cases of <see cref="PropertiesAttribute"/>.</summary>
internal sealed class PropertiesDiscoverer(IMessageSink sink) : TheoryDiscoverer(sink)
{
    /// <inheritdoc/>
    protected override IEnumerable<IXunitTestCase> CreateTestCasesForDataRow(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo theoryAttribute, object[] dataRow) =>
        [new PropertyTestCase(DiagnosticMessageSink, discoveryOptions.MethodDisplayOrDefault(), discoveryOptions.MethodDisplayOptionsOrDefault(), testMethod, dataRow)];
}
