using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Runtime;

namespace ContainerPS.Engine.Tests.Runtime;

/// <summary>Documents that cannot be run are refused before anything is made, naming the field.</summary>
public sealed class SpecRefusalTests
{
    public static TheoryData<string, Action<RuntimeSpec>> Refused => new()
    {
        { "root.path", s => s.Root = null },
        { "root.path", s => s.Root!.Path = "bin-is-not-here/../config.json" },
        { "process.args", s => s.Process!.Args = [] },
        { "process.args[1]", s => s.Process!.Args = ["a", "b\0c"] },
        { "process.cwd", s => s.Process!.Cwd = "relative" },
        { "process.cwd", s => s.Process!.Cwd = null },
        { "process.rlimits[0].type", s => s.Process!.Rlimits = [new() { Type = "RLIMIT_NONE" }] },
        { "process.rlimits[0].soft", s => s.Process!.Rlimits = [new() { Type = "RLIMIT_CPU", Soft = 2, Hard = 1 }] },
        { "process.rlimits[1].type", s => s.Process!.Rlimits = [new() { Type = "RLIMIT_CPU", Soft = 1, Hard = 1 }, new() { Type = "RLIMIT_CPU" }] },
        { "process.oomScoreAdj", s => s.Process!.OomScoreAdj = 1001 },
        { "process.capabilities.effective[0]", s => s.Process!.Capabilities!.Effective = ["CAP_SYS_TIME"] },
        { "linux.namespaces[0].type", s => s.Linux!.Namespaces![0].Type = "none" },
        { "linux.namespaces[1].type", s => s.Linux!.Namespaces![1].Type = "mount" },
        { "linux.namespaces", s => s.Linux!.Namespaces!.RemoveAt(0) },
        { "hostname", s => s.Linux!.Namespaces!.RemoveAll(n => n.Type == "uts") },
        { "mounts[0].destination", s => s.Mounts![0].Destination = "" },
        { "mounts[1].type", s => s.Mounts![1].Type = null },
        { "linux.devices[0].type", s => s.Linux!.Devices = [new() { Path = "/dev/x", Type = "z" }] },
        { "linux.devices[0].major", s => s.Linux!.Devices = [new() { Path = "/dev/x", Type = "c", Major = -1 }] },
        { "linux.maskedPaths[0]", s => s.Linux!.MaskedPaths = ["x"] },
        { "linux.rootfsPropagation", s => s.Linux!.RootfsPropagation = "odd" },
        { "linux.uidMappings", s => s.Linux!.UidMappings = [new() { Size = 1 }] },
        { "hooks.prestart[0].path", s => s.Hooks = new() { Prestart = [new() { Path = "bin/true" }] } },
        { "hooks.poststop[1].timeout", s => s.Hooks = new() { Poststop = [new() { Path = "/bin/true" }, new() { Path = "/bin/true", Timeout = 0 }] } },
        { "hooks.createContainer[0].env[0]", s => s.Hooks = new() { CreateContainer = [new() { Path = "/bin/true", Env = ["A=b\0"] }] } },
        { "ociVersion", s => s.OciVersion = "2.0" },
        { "linux.sysctl['kernel.panic']", s => s.Linux!.Sysctl = new() { ["kernel.panic"] = "1" } },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void FieldIsNamed(string field, Action<RuntimeSpec> change)
    {
        using var container = new TestContainer("true");
        change(container.Spec);
        var result = container.Run();
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(field, result.Errors);
        Assert.Single(result.Errors.TrimEnd().Split('\n'));
        Assert.Empty(container.CgroupDirectories());
        Assert.False(Directory.Exists(Path.Combine(container.StateRoot, container.Id)));
    }

    [Fact]
    public void ErrorIsInTheLogAsJson()
    {
        using var container = new TestContainer("true");
        container.Spec.Process!.Cwd = "x";
        var log = Path.Combine(container.Folder, "log");
        var result = RuncsProgram.Run(RuncsProgram.Path, ["--root", container.StateRoot, "--log", log, "--log-format=json", "run", "--bundle", container.WriteSpec(), container.Id]);
        Assert.Equal(1, result.ExitCode);
        using var line = System.Text.Json.JsonDocument.Parse(File.ReadAllText(log));
        Assert.Equal("error", line.RootElement.GetProperty("level").GetString());
        Assert.Contains("process.cwd", line.RootElement.GetProperty("msg").GetString());
    }

    [Fact]
    public void SpecCommandWritesABundleThatRuns()
    {
        using var container = new TestContainer();
        Assert.Equal(0, container.Runcs("spec", "--bundle", container.Bundle).ExitCode);
        var spec = StateStore.LoadSpec(container.Bundle);
        Assert.Equal(["sh"], spec.Process!.Args);
        Assert.NotEqual(0, container.Runcs("spec", "--bundle", container.Bundle).ExitCode);
        spec.Process.Args = ["hostname"];
        spec.Process.Terminal = false;
        File.WriteAllBytes(Path.Combine(container.Bundle, "config.json"), System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(spec, OciJson.Default.RuntimeSpec));
        Assert.Equal("runcs\n", container.Runcs("run", "--bundle", container.Bundle, container.Id).Output);
    }
}
