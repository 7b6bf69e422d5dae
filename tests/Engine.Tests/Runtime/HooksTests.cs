using System.Text.Json;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Tests.Runtime;

/// <summary>Hooks of all six kinds (runtime-spec config.md#posix-platform-hooks, runtime.md#lifecycle).</summary>
public sealed class HooksTests
{
    private static readonly string[] s_kinds = ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"];

    [Fact]
    public void AllKindsRunInTheirOrderWithTheStateOnInput()
    {
        using var container = Container("sh", "-c", "echo program >>/tmp/order; cat /tmp/order");
        container.Spec.Annotations = new() { ["a.b"] = "c d" };
        foreach (var kind in s_kinds) ListOf(container, kind).Add(Recorder(container, kind));
        var result = container.Run();
        Assert.Equal(0, result.ExitCode);
        Assert.Empty(result.Errors);
        Assert.Equal(["prestart", "createRuntime", "createContainer", "startContainer", "program"], result.Lines);
        Assert.Equal("prestart createRuntime createContainer startContainer program poststart poststop".Split(' ').Order(), File.ReadAllLines(Path.Combine(container.Rootfs, "tmp/order")).Order());
        var pid = StateOf(container, "prestart").GetProperty("pid").GetInt32();
        foreach (var (kind, status) in s_kinds.Zip((string[])["creating", "creating", "creating", "created", "running", "stopped"]))
        {
            var state = StateOf(container, kind);
            Assert.Equal(container.Id, state.GetProperty("id").GetString());
            Assert.Equal(status, state.GetProperty("status").GetString());
            Assert.Equal(container.Bundle, state.GetProperty("bundle").GetString());
            Assert.Equal("c d", state.GetProperty("annotations").GetProperty("a.b").GetString());
            Assert.StartsWith("1.2", state.GetProperty("ociVersion").GetString());
            if (kind == "poststop") Assert.False(state.TryGetProperty("pid", out _));
            else Assert.Equal(kind is "createContainer" or "startContainer" ? 1 : pid, state.GetProperty("pid").GetInt32());
        }
    }

    [Fact]
    public void HooksOfTheRuntimeSeeTheMountedRootAndTheNamespaces()
    {
        using var container = Container("hostname");
        var script = $"""
            pid=$(grep -o '"pid":[0-9]*' | cut -d: -f2)
            test -e /proc/$pid/root{container.Rootfs}/proc/1/status && test -c /proc/$pid/root{container.Rootfs}/dev/null && echo mounted
            test ! -e {container.Rootfs}/proc/1/status && echo outside
            nsenter -t $pid -n ip link set lo up && nsenter -t $pid -u hostname && pwd -P
            """;
        ListOf(container, "createRuntime").Add(Script(container, script));
        Assert.Equal(0, container.Run().ExitCode);
        Assert.Equal(["mounted", "outside"], Log(container)[..2]);

        // A mount made by such a hook is there for the program: what device hooks do.
        using var second = Container("cat", "/made/file");
        Directory.CreateDirectory(Path.Combine(second.Rootfs, "made"));
        Directory.CreateDirectory(Path.Combine(second.Folder, "devices"));
        File.WriteAllText(Path.Combine(second.Folder, "devices/file"), "from the hook");
        ListOf(second, "createRuntime").Add(Script(second, $"pid=$(grep -o '\"pid\":[0-9]*' | cut -d: -f2); nsenter -t $pid -m mount --bind {second.Folder}/devices {second.Rootfs}/made"));
        Assert.Equal("from the hook", second.Run().Output);
        Assert.False(File.Exists(Path.Combine(second.Rootfs, "made/file")));
    }

    [Fact]
    public void CreateContainerRunsInTheContainersNamespacesWithProgramsOfTheMachine()
    {
        using var container = Container("true");
        ListOf(container, "createContainer").Add(Script(container, $"hostname; readlink /proc/self/ns/net; pwd -P; test -e {container.Rootfs}/proc/1/status && echo mounted; umask"));
        Assert.Equal(0, container.Run().ExitCode);
        var log = Log(container);
        Assert.NotEqual(new FileInfo("/proc/self/ns/net").LinkTarget, log[1]);
        Assert.Equal([container.Rootfs, "mounted", "0022"], log[2..]);
    }

    [Fact]
    public void StartContainerRunsInTheContainerAsItsUserWhenItIsStarted()
    {
        using var container = Container("sleep", "60");
        container.Spec.Process!.User = new() { Uid = 12, Gid = 34 };
        container.Spec.Process.Cwd = "/tmp";
        ListOf(container, "startContainer").Add(new() { Path = "/bin/sh", Args = ["sh", "-c", "id >/tmp/id; pwd >>/tmp/id; env >>/tmp/id"], Env = ["ONLY=this"] });
        Create(container);
        Assert.False(File.Exists(Path.Combine(container.Rootfs, "tmp/id")));
        Assert.Equal(0, container.Runcs("start", container.Id).ExitCode);
        var lines = File.ReadAllLines(Path.Combine(container.Rootfs, "tmp/id"));
        Assert.Equal(["uid=12 gid=34", "/tmp"], lines[..2]);
        Assert.Contains("ONLY=this", lines);
        Assert.DoesNotContain(lines, l => l.StartsWith("HOME=", StringComparison.Ordinal));
        Assert.Equal("running", container.State().Status);
    }

    [Theory]
    [InlineData("prestart")]
    [InlineData("createRuntime")]
    [InlineData("createContainer")]
    [InlineData("startContainer")]
    public void FailureUpToTheStartDestroysTheContainer(string kind)
    {
        using var container = Container("true");
        ListOf(container, kind).Add(new() { Path = "/bin/true" });
        ListOf(container, kind).Add(new() { Path = "/bin/sh", Args = ["sh", "-c", "echo said; echo why >&2; exit 7"] });
        ListOf(container, kind).Add(Recorder(container, "later"));
        ListOf(container, "poststop").Add(Recorder(container, "poststop"));
        var result = container.Run();
        Assert.Equal(1, result.ExitCode);
        Assert.Equal($"runcs: {kind} hook 1 '/bin/sh' ended with exit code 7: said; why\n", result.Errors);
        Gone(container);
        Assert.False(File.Exists(Path.Combine(container.Rootfs, "tmp/later")));
        Assert.Equal("stopped", StateOf(container, "poststop").GetProperty("status").GetString());
    }

    [Fact]
    public void StartContainerThatFailsIsReportedByStart()
    {
        using var container = Container("true");
        ListOf(container, "startContainer").Add(new() { Path = "/bin/sh", Args = ["sh", "-c", "echo not today >&2; kill -9 $$"] });
        ListOf(container, "poststop").Add(Recorder(container, "poststop"));
        Create(container);
        var result = container.Runcs("start", container.Id);
        Assert.Equal(1, result.ExitCode);
        Assert.Equal("runcs: startContainer hook 0 '/bin/sh' was killed by signal 9: not today\n", result.Errors);
        Gone(container);
        Assert.Equal("stopped", StateOf(container, "poststop").GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("createRuntime")]
    [InlineData("createContainer")]
    [InlineData("startContainer")]
    public void ProgramThatIsNotThereIsNamed(string kind)
    {
        using var container = Container("true");
        ListOf(container, kind).Add(new() { Path = "/no/such" });
        var result = container.Run();
        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"{kind} hook 0 '/no/such' cannot be executed: ENOENT", result.Errors);
        Gone(container);
    }

    [Theory]
    [InlineData("createRuntime")]
    [InlineData("createContainer")]
    [InlineData("startContainer")]
    public void TimeoutKillsTheHookAndWhatItStarted(string kind)
    {
        using var container = Container("true");
        ListOf(container, kind).Add(new() { Path = "/bin/sh", Args = ["sh", "-c", "sleep 987 & echo $! >/dev/stderr; wait"], Env = ["PATH=/bin"], Timeout = 1 });
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var result = container.Run();
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("timeout", result.Errors);
        Assert.InRange(watch.ElapsedMilliseconds, 900, 60_000);
        Gone(container);
        if (kind != "createRuntime") return;
        var pid = result.Errors.TrimEnd().Split(' ')[^1];

        // It has been killed; the kernel may still be at it.
        Assert.True(SpinWait.SpinUntil(() => HasEnded($"/proc/{pid}/stat"), TimeSpan.FromSeconds(60)), $"the hook's child {pid} lives");
    }

    [Fact]
    public void FailureAfterTheStartIsAWarning()
    {
        using var container = Container("echo", "ran");
        ListOf(container, "poststart").Add(new() { Path = "/bin/sh", Args = ["sh", "-c", "echo one >&2; exit 1"] });
        ListOf(container, "poststart").Add(Recorder(container, "second"));
        ListOf(container, "poststop").Add(new() { Path = "/bin/false" });
        ListOf(container, "poststop").Add(Recorder(container, "poststop"));
        var result = RuncsProgram.Run(RuncsProgram.Path, ["--root", container.StateRoot, "--debug", "run", "--bundle", container.WriteSpec(), container.Id]);
        Assert.Equal(0, result.ExitCode);
        Assert.Equal("ran\n", result.Output);
        Assert.Contains("warning: poststart hook 0 '/bin/sh' ended with exit code 1: one", result.Errors);
        Assert.Contains("warning: poststop hook 0 '/bin/false' ended with exit code 1", result.Errors);
        Assert.True(File.Exists(Path.Combine(container.Folder, "second")));
        Assert.True(File.Exists(Path.Combine(container.Folder, "poststop")));
    }

    [Fact]
    public void DeleteRunsPoststopOfTheDocumentTheContainerWasMadeOf()
    {
        using var container = Container("sleep", "60");
        ListOf(container, "poststop").Add(Recorder(container, "poststop"));
        Create(container);
        File.WriteAllText(Path.Combine(container.Bundle, "config.json"), "{ \"changed\": true }");
        Assert.False(File.Exists(Path.Combine(container.Folder, "poststop")));
        Assert.Equal(0, container.Runcs("delete", "--force", container.Id).ExitCode);
        Gone(container);
        Assert.Equal("stopped", StateOf(container, "poststop").GetProperty("status").GetString());
    }

    [Fact]
    public void LargeStateAndMuchOutputDoNotStopAHook()
    {
        using var container = Container("true");
        container.Spec.Annotations = new() { ["large"] = new('x', 200_000) };
        foreach (var kind in (string[])["createRuntime", "createContainer"])
            ListOf(container, kind).Add(new() { Path = "/bin/sh", Args = ["sh", "-c", "head -c 500000 /dev/zero; head -c 500000 /dev/zero >&2; test $(wc -c) -gt 200000"], Env = ["PATH=/usr/bin:/bin"] });
        var result = container.Run();
        Assert.Empty(result.Errors);
        Assert.Equal(0, result.ExitCode);
    }

    private static bool HasEnded(string stat)
    {
        try
        {
            return File.ReadAllText(stat).Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static TestContainer Container(params string[] arguments)
    {
        var container = new TestContainer(arguments);
        container.Spec.Hooks = new();
        File.SetUnixFileMode(Path.Combine(container.Rootfs, "tmp"), (UnixFileMode)0x1FF);
        foreach (var folder in (string[])[container.Folder, container.Bundle]) File.SetUnixFileMode(folder, (UnixFileMode)0x1ED);
        return container;
    }

    /// <summary>A hook that notes that it ran, and keeps its input: outside in the test's folder, inside in /tmp.</summary>
    private static Hook Recorder(TestContainer container, string name)
    {
        var inside = name == "startContainer";
        var (folder, order) = inside ? ("/tmp", "/tmp/order") : (container.Folder, Path.Combine(container.Rootfs, "tmp/order"));
        return new() { Path = "/bin/sh", Args = ["sh", "-c", $"cat >{folder}/{name}; echo {name} >>{order}"], Env = ["PATH=/bin:/usr/bin"] };
    }

    private static Hook Script(TestContainer container, string script) =>
        new() { Path = "/bin/sh", Args = ["sh", "-c", $"exec >>{container.Folder}/log 2>&1\n{script}"], Env = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"] };

    private static string[] Log(TestContainer container) => File.ReadAllLines(Path.Combine(container.Folder, "log"));

    private static JsonElement StateOf(TestContainer container, string hook)
    {
        var path = Path.Combine(hook == "startContainer" ? Path.Combine(container.Rootfs, "tmp") : container.Folder, hook);
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        return document.RootElement.Clone();
    }

    private static List<Hook> ListOf(TestContainer container, string kind)
    {
        var hooks = container.Spec.Hooks!;
        return kind switch
        {
            "prestart" => hooks.Prestart ??= [],
            "createRuntime" => hooks.CreateRuntime ??= [],
            "createContainer" => hooks.CreateContainer ??= [],
            "startContainer" => hooks.StartContainer ??= [],
            "poststart" => hooks.Poststart ??= [],
            _ => hooks.Poststop ??= [],
        };
    }

    private static void Gone(TestContainer container)
    {
        Assert.Empty(container.CgroupDirectories());
        Assert.False(Directory.Exists(Path.Combine(container.StateRoot, container.Id)));
    }

    private static void Create(TestContainer container)
    {
        var result = RuncsProgram.Run("/bin/sh", ["-c", $"exec '{RuncsProgram.Path}' --root '{container.StateRoot}' create --bundle '{container.WriteSpec()}' {container.Id} </dev/null >/dev/null 2>'{container.Folder}/err'"]);
        Assert.True(result.ExitCode == 0, File.ReadAllText(Path.Combine(container.Folder, "err")));
    }
}
