using System.Text.Json.Nodes;

namespace ContainerPS.Conformance;

/// <summary>hooks: all six kinds.</summary>
public sealed class HookTests
{
    private static readonly string[] s_kinds = ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"];

    [Property]
    [DiffersIn("runc", "poststart hooks run before the process is let go, and so before startContainer")]
    [DiffersIn("crun", "runs poststart hooks beside startContainer hooks, and either may be first", MayPass = true)]
    public void AllKindsRunInTheirOrder()
    {
        using var container = WithAllKinds();
        container.Run([]).Succeeded();
        Assert.Equal(s_kinds, Calls(container).Select(c => c["name"].Text));
    }

    [Property]
    public void HooksOfAKindRunInTheListsOrder()
    {
        using var container = new Container();
        Add(container, "createRuntime", "first", "second", "third");
        container.Run([]).Succeeded();
        Assert.Equal(["first", "second", "third"], Calls(container).Select(c => c["name"].Text));
    }

    [Property]
    [DiffersIn("runc", "create runs poststart hooks already")]
    [DiffersIn("crun", "runs poststart hooks beside startContainer hooks, and either may be first", MayPass = true)]
    public void CreateRunsThoseBeforeTheStartAndStartTheOthers()
    {
        using var container = WithAllKinds();
        var running = container.Create();
        Assert.Equal(["prestart", "createRuntime", "createContainer"], Calls(container).Select(c => c["name"].Text));
        container.Runtime("start", container.Id).Succeeded();
        _ = running.Answers;
        Assert.Equal(["prestart", "createRuntime", "createContainer", "startContainer", "poststart"], Calls(container).Select(c => c["name"].Text));
        container.Runtime("delete", "--force", container.Id).Succeeded();
        Assert.Equal(s_kinds, Calls(container).Select(c => c["name"].Text));
    }

    [Properties]
    [InlineData("prestart", "creating")]
    [InlineData("createRuntime", "creating")]
    [InlineData("createContainer", "creating")]
    [InlineData("startContainer", "created")]
    [InlineData("poststart", "running")]
    [InlineData("poststop", "stopped")]
    [DiffersIn("crun", "the status is \"created\" before the container is, and \"starting\" where the specification says \"created\"", Rows = ["createContainer", "startContainer", "prestart", "createRuntime"])]
    [DiffersIn("runc", "the status is still \"created\"", Rows = ["poststart"])]
    public void TheStateIsOnStandardInput(string kind, string status)
    {
        using var container = new Container("""{ "annotations": { "org.example.kind": "conformance" } }""");
        Add(container, kind, kind);
        container.Run([]).Succeeded();
        var state = Answer.Parse(Assert.Single(Calls(container))["state"].Text);
        Assert.Equal(container.Id, state["id"].Text);
        Assert.Equal(status, state["status"].Text);
        Assert.Equal(container.Bundle, state["bundle"].Text);
        Assert.StartsWith("1.", state["ociVersion"].Text, StringComparison.Ordinal);
        Assert.Equal("conformance", state["annotations"]["org.example.kind"].Text);
        if (kind != "poststop") Assert.True(state["pid"].Number > 0);
    }

    [Property]
    public void ArgumentsAndEnvironmentAreTheHooksOwn()
    {
        using var container = new Container();
        Add(container, "createRuntime", "named");
        container.Config["hooks"]!["createRuntime"]![0]!["args"]!.AsArray()[0] = "another name";
        container.Config["hooks"]!["createRuntime"]![0]!["env"] = JsonNode.Parse("""[ "HOOKED=yes", "SPACED=a b" ]""");
        container.Run([]).Succeeded();
        var call = Assert.Single(Calls(container));
        Assert.Equal("another name", call["args"][0].Text);
        Assert.Equal(["HOOKED=yes", "SPACED=a b"], call["env"].Texts);
    }

    [Properties]
    [InlineData("prestart")]
    [InlineData("createRuntime")]
    [InlineData("poststart")]
    [InlineData("poststop")]
    public void AHookOfTheRuntimeIsInItsNamespaces(string kind)
    {
        var call = CallOf(kind, out _);
        Assert.Equal(Namespaces.Of("self", "pid"), call["pidNamespace"].Text);
        Assert.Equal(Namespaces.Of("self", "net"), call["networkNamespace"].Text);
        if (TestedRuntime.Command.Count == 1) Assert.Equal(Namespaces.Of("self", "mnt"), call["mountNamespace"].Text);
    }

    [Property]
    public void CreateContainerIsInTheNamespacesOfTheContainerBeforeTheRootChanges()
    {
        var call = CallOf("createContainer", out var namespaces);
        Assert.Equal(namespaces["mnt"].Text, call["mountNamespace"].Text);
        Assert.Equal(namespaces["net"].Text, call["networkNamespace"].Text);
        Assert.False(call["marker"].Yes);
    }

    [Property]
    public void StartContainerIsInTheContainer()
    {
        var call = CallOf("startContainer", out var namespaces);
        Assert.Equal(namespaces["mnt"].Text, call["mountNamespace"].Text);
        Assert.Equal(namespaces["pid"].Text, call["pidNamespace"].Text);
        Assert.True(call["marker"].Yes);
    }

    [Properties]
    [InlineData("prestart")]
    [InlineData("createRuntime")]
    [InlineData("createContainer")]
    [InlineData("startContainer")]
    public void AFailingHookEndsTheContainer(string kind)
    {
        using var container = new Container();
        Add(container, kind, "fail");
        container.Run(["say:started"]).Refused();
        Assert.NotEqual(0, container.Runtime("state", container.Id).ExitCode);
        Assert.Empty(Cgroups.Left(container.Id));
    }

    [Property]
    public void AfterAFailingHookTheNextOnesDoNotRun()
    {
        using var container = new Container();
        Add(container, "createRuntime", "fail", "next");
        Add(container, "startContainer", "later");
        container.Run(["say:started"]).Refused();
        Assert.Equal(["fail"], Calls(container).Select(c => c["name"].Text));
    }

    [Properties]
    [InlineData("poststart")]
    [InlineData("poststop")]
    [DiffersIn("runc", "a failing poststart hook ends the container, a failing poststop hook the list")]
    public void AFailingLateHookIsReportedAndNoMore(string kind)
    {
        using var container = new Container();
        Add(container, kind, "fail", "next");
        var ended = container.Run(["say:started"]);
        Assert.Equal(0, ended.ExitCode);
        Assert.Contains("started", ended.Errors, StringComparison.Ordinal);
        Assert.Equal(["fail", "next"], Calls(container).Select(c => c["name"].Text));
    }

    [Properties]
    [InlineData("createRuntime")]
    [InlineData("startContainer")]
    public void AHookThatTakesTooLongFails(string kind)
    {
        using var container = new Container();
        Add(container, kind, "hang");
        container.Config["hooks"]![kind]![0]!["timeout"] = 1;
        container.Run([]).Refused();
        Assert.Empty(Cgroups.Left(container.Id));
    }

    [Property]
    public void AMissingHookProgramFails()
    {
        using var container = new Container("""{ "hooks": { "createRuntime": [ { "path": "/no/such/hook" } ] } }""");
        Assert.Contains("/no/such/hook", container.Run([]).Refused().Errors, StringComparison.Ordinal);
    }

    [Property]
    [DiffersIn("crun", "runs it from where the runtime is")]
    public void AHookWithoutAnAbsolutePathIsRefused()
    {
        using var container = new Container("""{ "hooks": { "createRuntime": [ { "path": "true" } ] } }""");
        container.Run([]).Refused();
    }

    private static Container WithAllKinds()
    {
        var container = new Container();
        foreach (var kind in s_kinds) Add(container, kind, kind);
        return container;
    }

    private static Answer CallOf(string kind, out Answer namespaces)
    {
        using var container = new Container();
        container.WriteFile("rootfs/inside-the-container");
        Add(container, kind, kind);
        namespaces = container.Ask("namespaces")["namespaces"];
        return Assert.Single(Calls(container));
    }

    // The calls are written to a file of the root file system, which has another path for those that run in it.
    private static void Add(Container container, string kind, params string[] names)
    {
        var list = new JsonArray();
        var inside = kind == "startContainer";
        foreach (var name in names)
        {
            list.Add(JsonNode.Parse($$"""
                { "path": "{{(inside ? "/probe" : Programs.Probe)}}", "args": [ "probe", "hook", "{{(inside ? "" : container.Rootfs)}}/calls", "{{name}}", "{{name}}" ] }
                """));
        }

        container.Patch("""{ "hooks": {} }""").Config["hooks"]![kind] = list;
    }

    private static List<Answer> Calls(Container container)
    {
        var path = Path.Combine(container.Rootfs, "calls");
        return File.Exists(path) ? [.. File.ReadLines(path).Select(Answer.Parse)] : [];
    }
}
