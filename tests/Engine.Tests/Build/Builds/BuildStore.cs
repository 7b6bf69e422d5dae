using ContainerPS.Engine.Images;
using ContainerPS.Engine.Tests.Runtime;
using ContainerPS.Engine.Tests.Storage;

namespace ContainerPS.Engine.Tests.Build;

/// <summary>A store of its own with the image <c>busybox</c>, to build in; all gone when disposed.</summary>
public sealed class BuildStore : IDisposable
{
    public BuildStore()
    {
        Folder = Directory.CreateTempSubdirectory("containerps-build-").FullName;
        Paths = new StorePaths(Path.Combine(Folder, "root"), Path.Combine(Folder, "run"), Path.Combine(Folder, "engine.json"));
        Engine = LocalEngine.Open(Paths, RuncsProgram.Path);
        BaseTar = Path.Combine(Folder, "busybox.tar");
        var tree = Path.Combine(Folder, "busybox");
        Bash($"""
            mkdir '{tree}'; cd '{tree}'; mkdir -p bin etc home root; mkdir -m 1777 tmp
            cp /bin/busybox bin/; for a in $(/bin/busybox --list); do test $a = busybox || ln -s busybox bin/$a; done
            printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/home:/bin/sh\n' > etc/passwd; printf 'root:x:0:\nnogroup:x:65534:\n' > etc/group
            tar -C '{tree}' --owner=0 --group=0 -cf '{BaseTar}' .
            """);
        Engine.Images.Import(new ImportRequest { Path = BaseTar, Name = "busybox", Command = ["sh"] }, null, CancellationToken.None);
    }

    internal string Folder { get; }

    internal StorePaths Paths { get; }

    internal LocalEngine Engine { get; }

    /// <summary>Tar of the root file system of <c>busybox</c>.</summary>
    internal string BaseTar { get; }

    /// <summary>A folder for one test.</summary>
    internal string NewFolder() => Directory.CreateDirectory(Path.Combine(Folder, Guid.NewGuid().ToString("n")[..8])).FullName;

    /// <summary>A context with a Dockerfile, made by a script that runs in it.</summary>
    internal string NewContext(string dockerfile, string script = "")
    {
        var folder = NewFolder();
        if (script.Length > 0) Bash($"cd '{folder}'\n{script}");
        File.WriteAllText(Path.Combine(folder, "Dockerfile"), dockerfile);
        return folder;
    }

    internal BuildResult Build(string context, string? name = null, Func<BuildSettings, BuildSettings>? change = null, IProgress<BuildProgress>? progress = null, CancellationToken cancellation = default)
    {
        var settings = new BuildSettings { Path = context, Names = name is null ? [] : [name], Folder = Folder };
        return Engine.Build(change is null ? settings : change(settings), progress, cancellation);
    }

    /// <summary>Builds a Dockerfile with an empty context.</summary>
    internal BuildResult BuildText(string dockerfile, string? name = null, Func<BuildSettings, BuildSettings>? change = null) =>
        Build(NewContext(dockerfile), name, change);

    /// <summary>The error of a build.</summary>
    internal ContainerEngineException Refused(string context, Func<BuildSettings, BuildSettings>? change = null) =>
        Assert.ThrowsAny<ContainerEngineException>(() => Build(context, null, change));

    /// <summary>The files of an image.</summary>
    internal ImageFiles FilesOf(string image) => ImageFiles.Of(Engine.Images.Resolve(image).LayerPaths);

    /// <summary>Nothing is staged any more, and nothing is mounted or running.</summary>
    internal void AssertClean()
    {
        foreach (var folder in (string[])["images/ingest", "layers/ingest", "build-cache/ingest"])
        {
            var path = Path.Combine(Paths.Root, folder);
            if (Directory.Exists(path)) Assert.Empty(Directory.GetFileSystemEntries(path));
        }

        var secrets = Path.Combine(Paths.Run, "build");
        if (Directory.Exists(secrets)) Assert.Empty(Directory.GetFileSystemEntries(secrets));
        Assert.DoesNotContain(Folder, File.ReadAllText("/proc/self/mountinfo"), StringComparison.Ordinal);
        Assert.Empty(Engine.Containers.List());
    }

    internal static string Bash(string script) => TestFolder.Run("bash", "-ec", script).Trim();

    public void Dispose() => TestFolder.Run("rm", "-rf", Folder);
}
