using ContainerPS.Engine.Containers;

namespace ContainerPS.Engine.Tests.Containers.Watching;

/// <summary>Several shells at one container at once: each gets its wish or a clear error, and in the end the container does what it was told last.</summary>
public sealed class RaceTests : IDisposable
{
    private const int Rounds = 20;

    private readonly TestEngine _test = new();

    private ContainerManager Containers => _test.Engine.Containers;

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task A_container_that_is_suspended_while_it_is_killed_ends()
    {
        _test.Remember(Containers.Create(TestEngine.Settings("one", "sleep", "1000")));
        for (var round = 0; round < Rounds; round++)
        {
            Containers.Start("one", CancellationToken.None);
            var suspended = Task.Run(() => Try(() => Containers.Suspend("one")));
            Containers.Stop("one", "SIGKILL", TimeSpan.Zero, CancellationToken.None);
            if (await suspended is { } error) Assert.IsType<InvalidContainerStateException>(error);
            var container = Containers.Get("one");
            Assert.Equal((ContainerState.Exited, 137), (container.State, container.ExitCode));
        }

        Containers.Remove("one", force: false, CancellationToken.None);
        TestEngine.Eventually(() => _test.Processes().Length == 0, "its monitor stays");
        _test.AssertNothingIsLeft();
    }

    [Fact]
    public async Task Of_two_containers_that_want_one_name_one_gets_it()
    {
        var ids = new[] { "one", "two" }.Select(name => _test.Remember(Containers.Create(TestEngine.Settings(name, "sleep", "1000"))).Id).ToArray();
        for (var round = 0; round < Rounds; round++)
        {
            var name = $"wanted-{round}";
            var results = await Task.WhenAll(ids.Select(id => Task.Run(() => Try(() => Containers.Rename(id, name)))));
            Assert.Single(results, result => result is null);
            Assert.Single(results, result => result is NameInUseException);
            Assert.Equal(ids[Array.IndexOf(results, null)], Containers.Get(name).Id);
            Assert.Equal(2, Containers.List().Select(container => container.Name).Distinct().Count());
        }
    }

    [Fact]
    public async Task A_container_renamed_while_it_ends_keeps_its_name_and_how_it_ended()
    {
        _test.Remember(Containers.Create(TestEngine.Settings("name-0", "true")));
        for (var round = 1; round <= Rounds; round++)
        {
            Containers.Start($"name-{round - 1}", CancellationToken.None);
            await Task.Run(() => Containers.Rename($"name-{round - 1}", $"name-{round}"));
            var ended = Containers.Wait($"name-{round}", CancellationToken.None);
            Assert.Equal(($"name-{round}", ContainerState.Exited, 0), (ended.Name, ended.State, ended.ExitCode));
        }
    }

    [Fact]
    public void Who_only_looks_never_sees_a_container_that_was_started_as_one_that_never_was()
    {
        _test.Remember(Containers.Create(TestEngine.Settings("one", "true")));
        var id = Containers.Start("one", CancellationToken.None).Id;
        ContainerState state;
        do
        {
            state = Containers.Get(id).State;
            Assert.NotEqual(ContainerState.Created, state);
            Assert.NotEqual(ContainerState.Created, Assert.Single(Containers.List()).State);
        }
        while (state == ContainerState.Running || _test.Processes().Length > 0);
    }

    private static ContainerEngineException? Try(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (ContainerEngineException e)
        {
            return e;
        }
    }
}
