using ContainerPS.Engine.Containers;
using ContainerPS.Engine.Images;
using ContainerPS.Engine.Tests.Runtime;
using ContainerPS.Engine.Tests.Storage;

namespace ContainerPS.Engine.Tests.Containers;

/// <summary>A store of its own with one image (busybox and a few files), and containers of it; all gone when disposed.</summary>
public sealed class CopyStore : IDisposable
{
    public CopyStore()
    {
        Folder = Directory.CreateTempSubdirectory("containerps-copy-").FullName;
        Paths = new StorePaths(Path.Combine(Folder, "root"), Path.Combine(Folder, "run"), "/none");
        Engine = LocalEngine.Open(Paths, RuncsProgram.Path);
        var tree = Path.Combine(Folder, "tree");
        TestFolder.Run("bash", "-ec", $"""
            mkdir '{tree}'; cd '{tree}'
            mkdir -p bin etc/conf.d tmp dev proc sys opt/deep/er data
            cp /bin/busybox bin/; for a in sh sleep cat ls ln rm mkdir touch chmod mv; do ln -s busybox bin/$a; done
            echo 'root:x:0:0:root:/root:/bin/sh' > etc/passwd; echo 'root:x:0:' > etc/group; echo one > etc/conf.d/one
            echo content > opt/file; echo deep > opt/deep/er/file; ln -s file opt/link; ln -s deep opt/dirlink; ln -s nowhere opt/broken
            chmod 1777 tmp; chmod 4755 bin/busybox; touch -d '2020-01-02 03:04:05' opt/file
            """);
        var tar = Path.Combine(Folder, "image.tar");
        TestFolder.Run("tar", "-C", tree, "--owner=0", "--group=0", "-cf", tar, ".");
        Engine.Images.Import(new ImportRequest { Path = tar, Name = "files", Command = ["sleep", "1000"] }, null, CancellationToken.None);
    }

    internal string Folder { get; }

    internal StorePaths Paths { get; }

    internal LocalEngine Engine { get; }

    /// <summary>A folder of this machine for one test, with a canary beside what is copied.</summary>
    internal string NewFolder() => Directory.CreateDirectory(Path.Combine(Folder, Guid.NewGuid().ToString("n")[..8])).FullName;

    internal Container Create(Func<ContainerSettings, ContainerSettings>? change = null)
    {
        var settings = new ContainerSettings { Image = "files", Network = "none" };
        return Engine.Containers.Create(change is null ? settings : change(settings));
    }

    internal Container Start(Func<ContainerSettings, ContainerSettings>? change = null)
    {
        var container = Create(change);
        return Engine.Containers.Start(container.Id, CancellationToken.None);
    }

    /// <summary>Runs a shell script in a running container.</summary>
    internal void Shell(Container container, string script)
    {
        using var process = Engine.Containers.Exec(container.Id, new ExecSettings { Command = ["sh", "-c", script] }, CancellationToken.None);
        Assert.Equal(0, process.WaitForExit(CancellationToken.None));
    }

    /// <summary>Copies; locations as the cmdlet takes them.</summary>
    internal CopyLocation Copy(string source, string destination, CopyOptions options = default)
    {
        using var copy = Engine.Containers.OpenCopy();
        return copy.Copy(CopyLocation.Parse(source), CopyLocation.Parse(destination), options, null, CancellationToken.None);
    }

    /// <summary>The error of a copy, by its id.</summary>
    internal string Refused(string source, string destination, CopyOptions options = default) =>
        Assert.ThrowsAny<ContainerEngineException>(() => Copy(source, destination, options)).ErrorId;

    /// <summary>What a shell on this machine says.</summary>
    internal static string Bash(string script) => TestFolder.Run("bash", "-ec", script).Trim();

    public void Dispose()
    {
        foreach (var container in Engine.Containers.List()) Engine.Containers.Remove(container.Id, force: true, CancellationToken.None);
        TestFolder.Run("rm", "-rf", Folder);
    }
}
