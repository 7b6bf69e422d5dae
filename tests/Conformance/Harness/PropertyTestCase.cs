using System.ComponentModel;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace ContainerPS.Conformance;

/// <summary>Turns the failure of a test that is marked as differing in this runtime into a skip, and its success into a failure.</summary>
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
        var row = TestMethodArguments is [string first, ..] ? first : null;
        if (SkipReason is not null || Difference.Find(method, row, TestedRuntime.Name) is not { } reason)
            return await base.RunAsync(diagnosticMessageSink, messageBus, constructorArguments, aggregator, cancellationTokenSource);

        using var bus = new ExpectedFailureBus(messageBus, reason);
        var summary = await base.RunAsync(diagnosticMessageSink, bus, constructorArguments, aggregator, cancellationTokenSource);
        summary.Failed = bus.Passed;
        summary.Skipped = bus.Failed;
        return summary;
    }

    private sealed class ExpectedFailureBus(IMessageBus inner, string reason) : IMessageBus
    {
        internal int Passed { get; private set; }

        internal int Failed { get; private set; }

        public bool QueueMessage(IMessageSinkMessage message)
        {
            if (message is ITestFailed failed)
            {
                Failed++;
                return inner.QueueMessage(new TestSkipped(failed.Test, $"{TestedRuntime.Name} differs: {reason}"));
            }

            if (message is ITestPassed passed)
            {
                Passed++;
                var exception = new XunitException($"{TestedRuntime.Name} is marked as differing ({reason}) and does not: take the mark away.");
                return inner.QueueMessage(new TestFailed(passed.Test, passed.ExecutionTime, passed.Output, exception));
            }

            return inner.QueueMessage(message);
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
