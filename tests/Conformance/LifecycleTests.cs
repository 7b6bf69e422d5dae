using System.Globalization;
using System.Text.Json.Nodes;

namespace ContainerPS.Conformance;

/// <summary>The commands of a container's life, its state and what is refused in which state.</summary>
public sealed class LifecycleTests
{
    [Property]
    public void AContainerIsCreatedRunsAndStops()
    {
        using var container = new Container("""{ "annotations": { "org.example.a": "b c" } }""");
        var running = container.Create("say:started");
        var state = container.State();
        Assert.Equal("created", state["status"].Text);
        Assert.Equal(container.Id, state["id"].Text);
        Assert.Equal(container.Bundle, state["bundle"].Text);
        Assert.Equal("b c", state["annotations"]["org.example.a"].Text);
        Assert.StartsWith("1.", state["ociVersion"].Text, StringComparison.Ordinal);
        Assert.True(Directory.Exists($"/proc/{state["pid"].Number}"));

        container.Runtime("start", container.Id).Succeeded();
        _ = running.Answers;
        Assert.Equal("running", container.State()["status"].Text);
        Assert.Equal(state["pid"].Number, container.State()["pid"].Number);

        container.Runtime("kill", container.Id, "TERM").Succeeded();
        Assert.Contains("signal 15", running.WaitForEnd(), StringComparison.Ordinal);
        WaitUntilStopped(container);
        container.Runtime("delete", container.Id).Succeeded();
        container.Runtime("state", container.Id).Refused();
        Assert.Empty(Cgroups.Left(container.Id));
    }

    [Property]
    public void AChangeOfTheConfigurationAfterCreateHasNoEffect()
    {
        using var container = new Container("""{ "hostname": "first" }""");
        var running = container.Create("names");
        container.Patch("""{ "hostname": "second" }""").WriteConfig();
        container.Runtime("start", container.Id).Succeeded();
        Assert.Equal("first", running.Answers["names"]["hostname"].Text);
    }

    [Properties]
    [InlineData("TERM", 15)]
    [InlineData("SIGUSR1", 10)]
    [InlineData("12", 12)]
    [InlineData("HUP", 1)]
    [InlineData("SIGWINCH", 28)]
    [InlineData("", 15)]
    public void ASignalArrives(string signal, int number)
    {
        using var container = new Container();
        var running = container.Start();
        container.Runtime(signal.Length > 0 ? ["kill", container.Id, signal] : ["kill", container.Id]).Succeeded();
        Assert.Contains($"signal {number:00}", running.WaitForEnd(), StringComparison.Ordinal);
    }

    [Property]
    public void KillEndsAnyProcess()
    {
        using var container = new Container();
        var running = container.Start();
        container.Runtime("kill", container.Id, "KILL").Succeeded();
        running.WaitForEnd();
        WaitUntilStopped(container);
    }

    [Property]
    [DiffersIn("crun", "ends with success and sends nothing")]
    public void AnUnknownSignalIsRefused()
    {
        using var container = new Container();
        container.Start();
        container.Runtime("kill", container.Id, "DREAM").Refused();
        Assert.Equal("running", container.State()["status"].Text);
    }

    [Property]
    public void ACreatedContainerCanBeKilled()
    {
        using var container = new Container();
        container.Create();
        container.Runtime("kill", container.Id, "KILL").Succeeded();
        WaitUntilStopped(container);
    }

    [Property]
    public void ARunningContainerIsNotStartedAgain()
    {
        using var container = new Container();
        container.Start();
        container.Runtime("start", container.Id).Refused();
        Assert.Equal("running", container.State()["status"].Text);
    }

    [Property]
    public void ARunningContainerIsNotDeletedUnlessForced()
    {
        using var container = new Container();
        container.Start();
        container.Runtime("delete", container.Id).Refused();
        Assert.Equal("running", container.State()["status"].Text);
        container.Runtime("delete", "--force", container.Id).Succeeded();
        container.Runtime("state", container.Id).Refused();
        Assert.Empty(Cgroups.Left(container.Id));
    }

    [Property]
    public void AStoppedContainerTakesNoCommandButDelete()
    {
        using var container = new Container();
        var running = container.Start();
        container.Runtime("kill", container.Id, "KILL").Succeeded();
        running.WaitForEnd();
        WaitUntilStopped(container);
        container.Runtime("start", container.Id).Refused();
        container.Runtime("kill", container.Id, "TERM").Refused();
        container.Exec([], "ids").Refused();
        container.Runtime("pause", container.Id).Refused();
        container.Runtime("delete", container.Id).Succeeded();
    }

    [Properties]
    [InlineData("state")]
    [InlineData("start")]
    [InlineData("kill")]
    [InlineData("delete")]
    [InlineData("pause")]
    [InlineData("resume")]
    public void AContainerThatIsNotThereIsRefused(string command)
    {
        using var container = new Container();
        container.Runtime(command, "not-there").Refused();
    }

    [Property]
    public void DeletingByForceWhatIsNotThereIsNoFailure()
    {
        using var container = new Container();
        container.Runtime("delete", "--force", "not-there").Succeeded();
    }

    [Property]
    public void AnIdIsUsedOnce()
    {
        using var container = new Container();
        container.Start();
        container.Run([]).Refused();
        Assert.Equal("running", container.State()["status"].Text);
    }

    [Properties]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("../x")]
    [InlineData("a b")]
    [DiffersIn("crun", "refuses slashes only", Rows = ["a b"])]
    public void AnIdThatIsNoNameIsRefused(string id)
    {
        using var container = new Container();
        container.Write();
        container.Runtime("run", "--bundle", container.Bundle, id).Refused();
    }

    [Property]
    public void ABundleWithoutConfigurationIsRefused()
    {
        using var container = new Container();
        Assert.Contains("config.json", container.Runtime("create", "--bundle", container.Bundle, container.Id).Refused().Errors, StringComparison.Ordinal);
    }

    [Properties]
    [InlineData("""{ "ociVersion": "7.0.0" }""")]
    [InlineData("""{ "ociVersion": null }""")]
    [InlineData("""{ "root": null }""")]
    [InlineData("""{ "process": { "args": [] } }""")]
    [InlineData("""{ "process": { "cwd": null } }""")]
    [DiffersIn("runc", "does not look at the version", Rows = ["{ \"ociVersion\": \"7.0.0\" }", "{ \"ociVersion\": null }"])]
    public void ABrokenConfigurationIsRefused(string patch)
    {
        using var container = new Container();
        container.Write();
        container.Patch(patch).WriteConfig();
        container.Runtime("run", "--bundle", container.Bundle, container.Id).Refused();
        Assert.Empty(Cgroups.Left(container.Id));
    }

    [Properties]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(42)]
    [InlineData(255)]
    public void RunEndsAsTheProcessDoes(int status)
    {
        using var container = new Container();
        Assert.Equal(status, container.Run([$"exit:{status}"]).ExitCode);
        container.Runtime("state", container.Id).Refused();
    }

    [Property]
    public void RunEndsWith128AndTheSignal()
    {
        // The first process of a PID namespace cannot end itself by a signal.
        using var container = new Container().WithoutNamespace("pid");
        Assert.Equal(128 + 9, container.Run(["raise:9"]).ExitCode);
    }

    [Property]
    public void ThePidFileHoldsTheProcess()
    {
        using var container = new Container();
        var file = Path.Combine(container.Folder, "pid");
        container.StartWith(["--pid-file", file]);
        Assert.Equal(container.State()["pid"].Number.ToString(CultureInfo.InvariantCulture), File.ReadAllText(file).Trim());
    }

    [Property]
    public void ListShowsTheContainer()
    {
        using var container = new Container();
        container.Start();
        Assert.Contains(container.Id, container.Runtime("list").Succeeded().Output, StringComparison.Ordinal);
        Assert.Equal([container.Id], container.Runtime("list", "--quiet").Succeeded().Lines);
        var entry = Assert.Single(Answer.Parse(container.Runtime("list", "--format", "json").Succeeded().Output).Items);
        Assert.Equal(container.Id, entry["id"].Text);
        Assert.Equal("running", entry["status"].Text);
        Assert.Equal(container.State()["pid"].Number, entry["pid"].Number);
        Assert.Equal(container.Bundle, entry["bundle"].Text);
    }

    [Property]
    public void PsShowsTheProcesses()
    {
        using var container = new Container();
        container.Start();
        var pids = Answer.Parse(container.Runtime("ps", "--format", "json", container.Id).Succeeded().Output).Numbers;
        Assert.Equal([container.State()["pid"].Number], pids);
    }

    [Property]
    [DiffersIn("crun", "pausing what is paused and resuming what runs is no error")]
    public void APausedContainerStandsStillUntilItIsResumed()
    {
        using var container = new Container();
        var running = container.Start();
        container.Runtime("pause", container.Id).Succeeded();
        Assert.Equal("paused", container.State()["status"].Text);
        container.Runtime("pause", container.Id).Refused();
        container.Runtime("resume", container.Id).Succeeded();
        Assert.Equal("running", container.State()["status"].Text);
        container.Runtime("resume", container.Id).Refused();
        container.Runtime("kill", container.Id, "TERM").Succeeded();
        running.WaitForEnd();
    }

    [Property]
    public void APausedContainerIsDeletedByForce()
    {
        using var container = new Container();
        container.Start();
        container.Runtime("pause", container.Id).Succeeded();
        container.Runtime("delete", "--force", container.Id).Succeeded();
        Assert.Empty(Cgroups.Left(container.Id));
    }

    [Property]
    public void KillAllReachesEveryProcess()
    {
        using var container = new Container().WithoutNamespace("pid");
        var running = container.Start();
        var second = Programs.Start(container.CommandLine("exec", container.Id, "/probe", "wait")[0], container.CommandLine("exec", container.Id, "/probe", "wait").Skip(1));
        Assert.Equal("""{"wait":null}""", Programs.ReadLine(second.StandardOutput));
        container.Runtime("kill", "--all", container.Id, "KILL").Succeeded();
        running.WaitForEnd();
        Assert.Equal(128 + 9, Programs.Wait(second));
        second.Dispose();
    }

    [Property]
    [DiffersIn("crun", "has no such command")]
    public void EventsShowStatistics()
    {
        using var container = new Container();
        container.Start();
        var stats = Answer.Parse(container.Runtime("events", "--stats", container.Id).Succeeded().Lines[0]);
        Assert.Equal("stats", stats["type"].Text);
        Assert.Equal(container.Id, stats["id"].Text);
        Assert.Equal(1, stats["data"]["pids"]["current"].Number);
        Assert.True(stats["data"]["memory"]["usage"]["usage"].Number > 0);
    }

    [Property]
    [DiffersIn("crun", "1.8 has no such command")]
    public void FeaturesAreListed()
    {
        using var container = new Container();
        var features = Answer.Parse(container.Runtime("features").Succeeded().Output);
        Assert.Contains("bind", features["mountOptions"].Texts);
        Assert.Contains("CAP_CHOWN", features["linux"]["capabilities"].Texts);
        Assert.Contains("user", features["linux"]["namespaces"].Texts);
    }

    [Property]
    public void SpecWritesAConfigurationThatRuns()
    {
        using var container = new Container();
        container.Runtime("spec", "--bundle", container.Bundle).Succeeded();
        var file = Path.Combine(container.Bundle, "config.json");
        var config = JsonNode.Parse(File.ReadAllText(file))!;
        config["process"]!["terminal"] = false;
        config["process"]!["args"] = new JsonArray("/probe", "ids");
        File.WriteAllText(file, config.ToJsonString());
        Assert.Equal(1, Answer.Parse(container.Runtime("run", "--bundle", container.Bundle, container.Id).Succeeded().Output)["ids"]["pid"].Number);
    }

    // The streams are closed a moment before the process is gone.
    private static void WaitUntilStopped(Container container)
    {
        var deadline = DateTime.UtcNow.AddSeconds(60);
        while (container.State()["status"].Text != "stopped") Assert.True(DateTime.UtcNow < deadline, "does not stop");
    }
}
