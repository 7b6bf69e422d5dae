using ContainerPS.Engine.Tests.Runtime;

namespace ContainerPS.Engine.Tests.Containers;

/// <summary>Shells at the same time, for long.</summary>
public sealed class SoakTests
{
    [Fact]
    public async Task Two_shells_at_once_leave_a_store_that_is_consistent_and_nothing_in_the_kernel()
    {
        using var test = new TestEngine();
        string[] Shell(int seed) => [typeof(SoakTests).Assembly.Location, "soak", test.Paths.Root, test.Paths.Run, RuncsProgram.Path, $"{seed}", "500"];
        var shells = new[] { 20261124, 42 }.Select(seed => Task.Run(() => RuncsProgram.Run("dotnet", Shell(seed), timeoutSeconds: 1800))).ToList();
        foreach (var result in await Task.WhenAll(shells)) Assert.True(result.ExitCode == 0, result.Output + result.Errors);

        foreach (var container in test.Engine.Containers.List())
        {
            test.Remember(container);
            test.Engine.Containers.Remove(container.Id, force: true, CancellationToken.None);
        }

        Assert.Empty(test.Engine.Store.Check(repair: false, null, CancellationToken.None));
        TestEngine.Eventually(() => test.Processes().Length == 0, "processes are left: " + string.Join(Environment.NewLine, test.Processes()));
        test.AssertNothingIsLeft();
    }
}
