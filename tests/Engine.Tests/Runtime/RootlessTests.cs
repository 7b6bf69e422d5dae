using System.Text.Json;
using ContainerPS.Engine.Containers;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Tests.Runtime;

/// <summary>An ordinary user runs containers, in a user namespace whose root it is.</summary>
public sealed class RootlessTests
{
    private const string User = "daemon";
    private const uint Uid = 1;

    [Fact]
    public void ContainerRunsAsTheUser()
    {
        using var container = Rootless("sh", "-c", "id; cat /proc/self/uid_map /proc/self/setgroups; hostname; touch /made; echo x > /dev/null; exit 7");
        var result = Run(container, "run", "--bundle", container.WriteSpec(), container.Id);
        Assert.Equal(["uid=0 gid=0", "0 1 1", "deny", "inside"], result.Lines.Select(l => string.Join(' ', l.Split(' ', StringSplitOptions.RemoveEmptyEntries))));
        Assert.Equal(7, result.ExitCode);
        Assert.Equal($"{Uid}", RuncsProgram.Run("/usr/bin/stat", ["-c", "%u", Path.Combine(container.Rootfs, "made")]).Output.Trim());
        Assert.Empty(Directory.GetDirectories(StateRoot(container)));
    }

    [Fact]
    public void ContainerLivesThroughAllCommands()
    {
        using var container = Rootless("sh", "-c", "echo started > /out; sleep 60");
        Shell(container, $"exec ./runcs create --bundle '{container.WriteSpec()}' {container.Id} </dev/null >out 2>err");
        Assert.Equal("created", Status(container));
        Assert.False(File.Exists(Path.Combine(container.Rootfs, "out")));
        Assert.Equal(0, Run(container, "start", container.Id).ExitCode);
        Assert.Equal("running", Status(container));
        Assert.Contains(container.Id, Run(container, "list").Output);
        Assert.Equal("uid=0 gid=0", Run(container, "exec", container.Id, "id").Output.Trim());
        Assert.Equal(3, Run(container, "exec", container.Id, "sh", "-c", "exit 3").ExitCode);
        Assert.Equal(0, Run(container, "kill", container.Id, "KILL").ExitCode);
        Assert.Equal(0, Run(container, "delete", "--force", container.Id).ExitCode);
        Assert.Empty(Directory.GetDirectories(StateRoot(container)));
    }

    [Fact]
    public void SpecIsRunAsItIsWritten()
    {
        using var container = Rootless("true");
        Assert.True(RuncsProgram.Run("/bin/sh", ["-c", As(container, $"cd '{container.Bundle}' && ../runcs spec --rootless")]) is { ExitCode: 0 });
        var path = Path.Combine(container.Bundle, "config.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"terminal\": true", "\"terminal\": false").Replace("\"sh\"", "\"id\""));
        var result = Run(container, "run", "--bundle", container.Bundle, container.Id);
        Assert.True(result.Output == "uid=0 gid=0\n", result.Errors);
    }

    [Fact]
    public void MoreIdsComeFromSubordinateOnes()
    {
        using var container = Rootless("sh", "-c", "tail -n 1 /proc/self/uid_map; touch /tmp/made; chown 33:34 /tmp/made; stat -c '%u %g' /tmp/made; id");
        container.Spec.Linux!.UidMappings!.Add(new() { ContainerId = 1, HostId = 300_000, Size = 1000 });
        container.Spec.Linux.GidMappings!.Add(new() { ContainerId = 1, HostId = 300_000, Size = 1000 });
        container.Spec.Process!.User = new() { AdditionalGids = [20] };
        container.Spec.Process.Capabilities = AllOfRoot();
        File.CreateSymbolicLink(Path.Combine(container.Rootfs, "bin/chown"), "busybox");
        File.CreateSymbolicLink(Path.Combine(container.Rootfs, "bin/tail"), "busybox");

        // The machine's own lists of subordinate ids stay as they are: others are mounted over them, for these processes alone.
        var ids = Path.Combine(container.Folder, "subid");
        File.WriteAllText(ids, $"{User}:300000:1000\n");
        var run = As(container, $"cd '{container.Folder}' && ./runcs --root '{StateRoot(container)}' run --bundle '{container.WriteSpec()}' {container.Id}");
        var result = RuncsProgram.Run("/usr/bin/unshare", ["--mount", "/bin/sh", "-c", $"mount --bind '{ids}' /etc/subuid && mount --bind '{ids}' /etc/subgid && {run}"]);
        Assert.True(result.ExitCode == 0, result.Errors);
        Assert.Equal(["1", "300000", "1000"], result.Lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(["33 34", "uid=0 gid=0 groups=20"], result.Lines[1..]);
        Assert.Equal("300032", RuncsProgram.Run("/usr/bin/stat", ["-c", "%u", Path.Combine(container.Rootfs, "tmp/made")]).Output.Trim());

        // Without the lists nothing but the user's own ids is given.
        var refused = Run(container, "run", "--bundle", container.Bundle, container.Id);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("newuidmap", refused.Errors);
        Assert.Empty(Directory.GetDirectories(StateRoot(container)));
    }

    [Fact]
    public void DocumentWithoutAUserNamespaceIsRefused()
    {
        using var container = Rootless("true");
        container.Spec.Linux!.Namespaces!.RemoveAll(n => n.Type == "user");
        container.Spec.Linux.UidMappings = container.Spec.Linux.GidMappings = null;
        var result = Run(container, "run", "--bundle", container.WriteSpec(), container.Id);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("linux.namespaces", result.Errors);
        Assert.Contains("--rootless", result.Errors);
    }

    [Fact]
    public void GroupsCannotBeLeft()
    {
        // CVE-2018-7169: who maps its own group alone could drop a group that denies it something.
        using var container = Rootless("sh", "-c", "cat /proc/self/setgroups; echo allow > /proc/self/setgroups");
        var result = Run(container, "run", "--bundle", container.WriteSpec(), container.Id);
        Assert.Equal("deny\n", result.Output);
        Assert.NotEqual(0, result.ExitCode);
    }

    [Fact]
    public void ProgramCannotBeOverwrittenFromInside()
    {
        // It belongs to the user, who is the container's root; what enters must be a copy that nobody can change.
        using var container = Rootless("sh", "-c", "while true; do for p in /proc/[0-9]*; do (echo x > $p/exe) 2>/dev/null; done; done");
        Shell(container, $"exec ./runcs run --detach --bundle '{container.WriteSpec()}' {container.Id} </dev/null >out 2>err");
        var own = Path.Combine(container.Folder, "runcs");
        var before = File.ReadAllBytes(own);
        for (var i = 0; i < 20; i++) Assert.Equal(0, Run(container, "exec", container.Id, "true").ExitCode);
        Assert.Equal(before, File.ReadAllBytes(own));
        _ = Run(container, "delete", "--force", container.Id);
    }

    private static LinuxCapabilities AllOfRoot() => DefaultCapabilities.ToSpec(DefaultCapabilities.Mask);

    private static TestContainer Rootless(params string[] arguments)
    {
        var container = new TestContainer(arguments);
        var linux = container.Spec.Linux!;
        linux.Namespaces!.RemoveAll(n => n.Type == "network");
        linux.Namespaces.Add(new() { Type = "user" });
        linux.UidMappings = [new() { ContainerId = 0, HostId = Uid, Size = 1 }];
        linux.GidMappings = [new() { ContainerId = 0, HostId = Uid, Size = 1 }];
        linux.Resources = null;
        container.Spec.Mounts!.RemoveAll(m => m.Destination!.StartsWith("/sys", StringComparison.Ordinal));
        container.Spec.Mounts.Add(new() { Destination = "/sys", Source = "/sys", Options = ["rbind", "ro", "nosuid", "noexec", "nodev"] });
        foreach (var mount in container.Spec.Mounts) mount.Options?.RemoveAll(o => o.StartsWith("gid=", StringComparison.Ordinal));
        File.Copy(RuncsProgram.Path, Path.Combine(container.Folder, "runcs"));
        Directory.CreateDirectory(StateRoot(container));
        RuncsProgram.Run("/bin/chown", ["-R", $"{Uid}:{Uid}", container.Folder]);
        return container;
    }

    private static string StateRoot(TestContainer container) => Path.Combine(container.Folder, "mine");

    private static string Status(TestContainer container)
    {
        using var document = JsonDocument.Parse(Run(container, "state", container.Id).Output);
        return document.RootElement.GetProperty("status").GetString()!;
    }

    private static RunResult Run(TestContainer container, params string[] arguments) =>
        RuncsProgram.Run("/usr/bin/setpriv", [$"--reuid={Uid}", $"--regid={Uid}", "--clear-groups", Path.Combine(container.Folder, "runcs"), "--root", StateRoot(container), .. arguments]);

    private static void Shell(TestContainer container, string command)
    {
        var result = RuncsProgram.Run("/bin/sh", ["-c", As(container, $"cd '{container.Folder}' && {command.Replace("./runcs", $"./runcs --root '{StateRoot(container)}'")}")]);
        Assert.True(result.ExitCode == 0, File.ReadAllText(Path.Combine(container.Folder, "err")));
    }

    private static string As(TestContainer container, string command) =>
        $"exec setpriv --reuid={Uid} --regid={Uid} --clear-groups env HOME='{container.Folder}' sh -c \"{command}\"";
}
