using System.Text.Json;
using ContainerPS.Engine.Containers;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Tests.Runtime;

/// <summary>A bundle with a busybox root file system and a spec like Docker's, below a folder of its own; all of it is gone when disposed.</summary>
internal sealed class TestContainer : IDisposable
{
    private static readonly string[] s_applets =
    [
        "sh", "true", "false", "cat", "ls", "id", "sleep", "hostname", "mount", "umount", "stat", "touch", "mkdir", "mknod", "echo", "kill", "readlink", "ps", "tty", "pwd", "env",
        "ln", "rm", "head", "wc", "grep", "dd", "test", "stty", "sysctl", "chmod", "cp", "mv", "seq",
    ];

    internal TestContainer(params string[] arguments)
    {
        Id = "test-" + Guid.NewGuid().ToString("n")[..12];
        Folder = Directory.CreateTempSubdirectory("runcs-test-").FullName;
        Rootfs = Path.Combine(Folder, "bundle/rootfs");
        foreach (var name in (string[])["bin", "proc", "sys", "dev", "etc", "tmp"]) Directory.CreateDirectory(Path.Combine(Rootfs, name));
        File.Copy("/bin/busybox", Path.Combine(Rootfs, "bin/busybox"));
        foreach (var applet in s_applets) File.CreateSymbolicLink(Path.Combine(Rootfs, "bin", applet), "busybox");
        Spec = NewSpec(arguments);
    }

    internal string Id { get; }

    internal string Folder { get; }

    internal string Bundle => Path.Combine(Folder, "bundle");

    internal string Rootfs { get; }

    internal string StateRoot => Path.Combine(Folder, "state");

    internal RuntimeSpec Spec { get; }

    /// <summary>A spec as an engine makes it when nothing is asked.</summary>
    internal static RuntimeSpec NewSpec(params string[] arguments) => new()
    {
        OciVersion = "1.0.2",
        Root = new() { Path = "rootfs" },
        Hostname = "inside",
        Process = new()
        {
            Args = [.. arguments],
            Env = ["PATH=/usr/bin:/bin"],
            Cwd = "/",
            User = new(),
            Capabilities = DefaultCapabilities.ToSpec(DefaultCapabilities.Mask),
        },
        Mounts = DefaultSpec.Mounts(),
        Linux = new()
        {
            Namespaces = [new() { Type = "mount" }, new() { Type = "pid" }, new() { Type = "uts" }, new() { Type = "ipc" }, new() { Type = "network" }, new() { Type = "cgroup" }],
            MaskedPaths = DefaultSpec.MaskedPaths(),
            ReadonlyPaths = DefaultSpec.ReadonlyPaths(),
            Resources = new() { Devices = DefaultSpec.DeviceRules() },
            Seccomp = DefaultSeccompProfile.Create(DefaultCapabilities.Names.ToHashSet()),
        },
    };

    /// <summary>Runs the container to its end.</summary>
    internal RunResult Run(params string[] options) => Runcs(["run", "--bundle", WriteSpec(), .. options, Id]);

    /// <summary>Runs a shell command in it to its end.</summary>
    internal RunResult Shell(string script)
    {
        Spec.Process!.Args = ["sh", "-c", script];
        return Run();
    }

    /// <summary>Starts it in the background.</summary>
    internal void RunDetached()
    {
        // Its standard streams must not be the caught ones, or whoever waits for their end waits for the container's.
        var result = RuncsProgram.Run("/bin/sh", ["-c", $"exec '{RuncsProgram.Path}' --root '{StateRoot}' run --detach --bundle '{WriteSpec()}' {Id} </dev/null >'{Folder}/out' 2>'{Folder}/err'"]);
        Assert.True(result.ExitCode == 0, File.ReadAllText(Path.Combine(Folder, "err")));
    }

    /// <summary>Creates it; its program waits for <c>start</c>.</summary>
    internal void Create(params string[] options)
    {
        var result = RuncsProgram.Run("/bin/sh", ["-c", $"exec '{RuncsProgram.Path}' --root '{StateRoot}' create --bundle '{WriteSpec()}' {string.Join(' ', options)} {Id} </dev/null >/dev/null 2>'{Folder}/err'"]);
        Assert.True(result.ExitCode == 0, File.ReadAllText(Path.Combine(Folder, "err")));
    }

    /// <summary>Its cgroup, unless its document names another.</summary>
    internal Engine.Cgroups.ICgroup Cgroup() => Engine.Cgroups.CgroupFactory.Open(Engine.Cgroups.CgroupFactory.PathOf(Id));

    /// <summary>Runs a runcs command with the container's state folder.</summary>
    internal RunResult Runcs(params string[] arguments) => RuncsProgram.Run(RuncsProgram.Path, ["--root", StateRoot, .. arguments]);

    /// <summary>Runs one more process in it.</summary>
    internal RunResult Exec(params string[] arguments) => Runcs(["exec", .. arguments[..Options(arguments)], Id, .. arguments[Options(arguments)..]]);

    /// <summary>Its state as <c>state</c> prints it.</summary>
    internal (string Status, int Pid) State()
    {
        using var document = JsonDocument.Parse(Runcs("state", Id).Output);
        return (document.RootElement.GetProperty("status").GetString()!, document.RootElement.GetProperty("pid").GetInt32());
    }

    /// <summary>Writes config.json and returns the bundle.</summary>
    internal string WriteSpec()
    {
        File.WriteAllBytes(Path.Combine(Bundle, "config.json"), JsonSerializer.SerializeToUtf8Bytes(Spec, OciJson.Default.RuntimeSpec));
        return Bundle;
    }

    /// <summary>Directories of its cgroup that exist.</summary>
    internal IEnumerable<string> CgroupDirectories() =>
        Directory.GetDirectories("/sys/fs/cgroup").Append("/sys/fs/cgroup").Select(d => $"{d}/containerps/{Id}").Where(Directory.Exists);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Directory.Exists(Path.Combine(StateRoot, Id))) _ = Runcs("delete", "--force", Id);
        Directory.Delete(Folder, recursive: true);
    }

    // Options of exec come first and take a value each.
    private static int Options(string[] arguments)
    {
        var i = 0;
        while (i < arguments.Length && arguments[i].StartsWith('-')) i += 2;
        return i;
    }
}
