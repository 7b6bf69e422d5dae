using ContainerPS.Engine.Tests.Images;
using ContainerPS.Engine.Tests.Runtime;

namespace ContainerPS.Engine.Tests.Containers;

/// <summary>An engine over a store of its own with one image, <c>busybox</c>; containers, cgroups and the store are gone with it.</summary>
internal sealed class TestEngine : IDisposable
{
    private readonly TestStore _store = new();

    /// <param name="runtime">The program that monitors its containers; null for the published runcs.</param>
    internal TestEngine(string? runtime = null)
    {
        Engine = LocalEngine.Open(_store.Paths, runtime ?? RuncsProgram.Path);
        var root = Directory.CreateDirectory(Path.Combine(_store.Folder, "busybox", "bin")).FullName;
        File.Copy("/bin/busybox", Path.Combine(root, "busybox"));
        foreach (var applet in (string[])["sh", "sleep", "true", "cat", "echo", "id"]) File.CreateSymbolicLink(Path.Combine(root, applet), "busybox");
        TestStore.Run("tar", "-C", Path.GetDirectoryName(root)!, "--owner=0", "--group=0", "-cf", Path.Combine(_store.Folder, "busybox.tar"), ".");
        _store.Import(Path.Combine(_store.Folder, "busybox.tar"), "busybox");
    }

    internal LocalEngine Engine { get; }

    internal StorePaths Paths => _store.Paths;

    internal string Folder => _store.Folder;

    /// <summary>Settings of a container without a network.</summary>
    internal static ContainerSettings Settings(string name, params string[] command) => new() { Name = name, Image = "busybox", Network = "none", Command = command };

    /// <summary>Nothing of any container is left: no record, folder, name, run folder, cgroup, mount or process.</summary>
    internal void AssertNothingIsLeft()
    {
        Assert.Empty(Engine.Containers.List());
        Assert.DoesNotContain(Names(Paths.Containers), IsId);
        Assert.Empty(Names(Path.Combine(Paths.Root, "names")));
        Assert.DoesNotContain(Names(Paths.Run), IsId);
        Assert.DoesNotContain(Folder, File.ReadAllText("/proc/self/mountinfo"), StringComparison.Ordinal);
        // A monitor has removed everything of its container before it ends itself.
        Eventually(() => Processes().Length == 0, "processes are left: " + string.Join(Environment.NewLine, Processes()));
        Assert.Empty(Cgroups());
    }

    /// <summary>Waits for something that processes which were killed leave to the kernel.</summary>
    internal static void Eventually(Func<bool> condition, string what) =>
        Assert.True(SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(60)), what);

    /// <summary>Processes of the store, zombies left out: monitors and execs have its path in their command line.</summary>
    internal string[] Processes() => [.. Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0])).Select(CommandLine).Where(line => line.Contains(Paths.Run + " ", StringComparison.Ordinal))];

    public void Dispose()
    {
        foreach (var container in Engine.Containers.List()) Engine.Containers.Remove(container.Id, force: true, CancellationToken.None);
        _store.Dispose();
    }

    private static string[] Names(string folder) => Directory.Exists(folder) ? [.. Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path)!)] : [];

    private static bool IsId(string name) => name.Length == 64 && name.All(char.IsAsciiHexDigit);

    private static string CommandLine(string process)
    {
        try
        {
            // In the middle of execve, as a monitor is that starts itself again, a process has a program and no command line yet.
            var line = "";
            for (var i = 0; i < 1000 && line.Length == 0; i++)
            {
                line = File.ReadAllText(Path.Combine(process, "cmdline"));
                if (new FileInfo(Path.Combine(process, "exe")).LinkTarget is null) break;
            }

            return line.Replace('\0', ' ');
        }
        catch (IOException)
        {
            return ""; // it has just ended
        }
    }

    private readonly HashSet<string> _ids = [];

    /// <summary>Remembers a container, for <see cref="Cgroups"/>.</summary>
    internal Container Remember(Container container)
    {
        _ids.Add(container.Id);
        return container;
    }

    /// <summary>Cgroups of the remembered containers.</summary>
    internal string[] Cgroups() => [.. Directory.EnumerateDirectories("/sys/fs/cgroup").Select(path => Path.Combine(path, "containerps")).Where(Directory.Exists).SelectMany(Directory.EnumerateDirectories).Where(path => _ids.Contains(Path.GetFileName(path)))];
}
