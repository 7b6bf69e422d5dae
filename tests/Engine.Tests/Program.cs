using System.Globalization;
using ContainerPS.Engine.Containers;
using ContainerPS.Engine.Images;
using ContainerPS.Engine.Tests.Containers;
using ContainerPS.Engine.Tests.Networks;
using ContainerPS.Engine.Tests.Volumes;

namespace ContainerPS.Engine.Tests;

/// <summary>What tests run as a process of its own, so that it can be killed: <c>dotnet ContainerPS.Engine.Tests.dll VERB ARGUMENTS</c>.</summary>
internal static class Program
{
    private static int Main(string[] arguments) => arguments switch
    {
        ["import", var root, var run, var path, var name] => Import(root, run, path, name),
        ["remove", var root, var run, var name] => Remove(root, run, name),
        ["save", var root, var run, var name, var path] => Save(root, run, name, path),
        ["pull", var root, var run, var config, var image] => Pull(root, run, config, image),
        ["copy", var root, var run, var source, var destination] => Copy(root, run, source, destination),
        ["container", var root, var run, var runcs, var verb, var name] => Container(LocalEngine.Open(new StorePaths(root, run, "/none"), runcs).Containers, verb, name),
        ["build", var root, var run, var runcs, var context, var name] => Build(root, run, runcs, context, name),
        ["soak", var root, var run, var runcs, var seed, var operations] => Soak.Run(
            LocalEngine.Open(new StorePaths(root, run, "/none"), runcs), int.Parse(seed, CultureInfo.InvariantCulture), int.Parse(operations, CultureInfo.InvariantCulture)),
        ["claim", var folder, var protocol, var count] => ClaimProcess.Run(folder, protocol, count),
        _ => 0, // the test runner's
    };

    private static int Import(string root, string run, string path, string name)
    {
        using var source = File.OpenRead(path);
        new ImageStore(new StorePaths(root, run, "/none")).Import(new ImportRequest { Source = source, Name = name }, null, CancellationToken.None);
        return 0;
    }

    private static int Remove(string root, string run, string name)
    {
        new ImageStore(new StorePaths(root, run, "/none")).Remove(name, [], force: false);
        return 0;
    }

    private static int Save(string root, string run, string name, string path)
    {
        new ImageStore(new StorePaths(root, run, "/none")).Save(new SaveRequest { Images = [name], Path = path }, null, CancellationToken.None);
        return 0;
    }

    private static int Pull(string root, string run, string config, string image)
    {
        new ImageStore(new StorePaths(root, run, config)).Pull(new PullRequest { Image = image }, null, CancellationToken.None);
        return 0;
    }

    private static int Build(string root, string run, string runcs, string context, string name)
    {
        LocalEngine.Open(new StorePaths(root, run, "/none"), runcs).Build(new BuildSettings { Path = context, Names = [name], Folder = "/" }, null, CancellationToken.None);
        return 0;
    }

    private static int Copy(string root, string run, string source, string destination)
    {
        using var copy = LocalEngine.Open(new StorePaths(root, run, "/none")).Containers.OpenCopy();
        copy.Copy(CopyLocation.Parse(source), CopyLocation.Parse(destination), default, null, CancellationToken.None);
        return 0;
    }

    private static int Container(ContainerManager containers, string verb, string name)
    {
        switch (verb)
        {
            case "create": containers.Create(TestEngine.Settings(name, "sleep", "1000")); break;
            case "create-with-volumes": containers.Create(VolumeKillTests.Settings(name)); break;
            case "remove-with-volumes": containers.Remove(name, force: false, CancellationToken.None, volumes: true); break;
            case "start": containers.Start(name, CancellationToken.None); break;
            case "stop": containers.Stop(name, null, TimeSpan.Zero, CancellationToken.None); break;
            case "commit": containers.Commit(name, new CommitSettings { Names = ["committed"] }, static config => config, CancellationToken.None); break;
            case "rename": containers.Rename(name, name + "-renamed"); break;
            case "restart": containers.Restart(name, null, TimeSpan.Zero, CancellationToken.None); break;
            case "connect": containers.Connect(name, new NetworkAttachment { Network = "second" }); break;
            case "disconnect": containers.Disconnect(name, "second", force: false); break;
            case "remove": containers.Remove(name, force: false, CancellationToken.None); break;
            default: throw new ArgumentOutOfRangeException(nameof(verb), verb, null);
        }

        return 0;
    }
}
