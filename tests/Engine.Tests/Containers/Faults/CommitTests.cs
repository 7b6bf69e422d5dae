using System.Text;
using ContainerPS.Engine.Tests.Build;
using ContainerPS.Engine.Tests.Images;
using ContainerPS.Engine.Tests.Runtime;

namespace ContainerPS.Engine.Tests.Containers;

/// <summary>Images of containers: the container goes on whatever becomes of the shell, and the image has what the container had.</summary>
public sealed class CommitTests : IDisposable
{
    // What changes something that others see, and what the process that holds the container does.
    private const string Calls = "mkdir,flock,rename,renameat2,unlink,fsync,syncfs,pwrite64,write,pipe2,clone,execve,pidfd_open,read";

    private readonly TestEngine _test = new();

    public void Dispose() => _test.Dispose();

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(5), InlineData(8), InlineData(12), InlineData(16), InlineData(22), InlineData(30), InlineData(45)]
    public void A_shell_killed_meanwhile_leaves_the_container_running(int call)
    {
        Start("sh", "-c", "echo changed > /changed; exec sleep 1000");
        string[] program = ["dotnet", typeof(CommitTests).Assembly.Location, "container", _test.Paths.Root, _test.Paths.Run, RuncsProgram.Path, "commit", "one"];
        RuncsProgram.Run("strace", ["-qq", "-o", "/dev/null", "-e", $"trace={Calls}", "-e", $"inject={Calls}:signal=KILL:when={call}", .. program]);
        Goes();
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(4), InlineData(6), InlineData(8), InlineData(10), InlineData(12), InlineData(14), InlineData(17), InlineData(20)]
    public void What_holds_it_is_killed_and_it_goes_on(int call)
    {
        Start("sh", "-c", "echo changed > /changed; exec sleep 1000");
        var program = Path.Combine(_test.Folder, "killed");
        File.WriteAllText(
            program,
            $"""
            #!/bin/sh
            exec strace -qq -o /dev/null -e trace=openat,openat2,write,read,readv,poll,ppoll -e inject=openat,openat2,write,read,readv,poll,ppoll:signal=KILL:when={call * 5}+ '{RuncsProgram.Path}' "$@"
            """);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            LocalEngine.Open(_test.Paths, program).Commit("one", new CommitSettings { Names = ["committed"] }, CancellationToken.None);
        }
        catch (InvalidContainerStateException)
        {
            // It was killed before it had paused the container.
        }

        Goes();
    }

    [Fact]
    public void Others_may_pause_it_meanwhile()
    {
        Start("sh", "-c", "head -c 30000000 /dev/zero > /big; echo changed > /changed; exec sleep 1000");
        TestEngine.Eventually(() => Text("changed") is not null, "the container has begun");
        var committing = Task.Run(() => _test.Engine.Commit("one", new CommitSettings { Names = ["committed"] }, CancellationToken.None));
        while (!committing.IsCompleted)
        {
            try
            {
                _test.Engine.Containers.Suspend("one");
                _test.Engine.Containers.Resume("one");
            }
            catch (InvalidContainerStateException)
            {
                // It is paused already, or not paused any more.
            }
        }

        Assert.Null(committing.Exception?.InnerException is InvalidContainerStateException ? null : committing.Exception);
        Goes();
    }

    [Fact]
    public void The_image_has_what_the_container_had()
    {
        Start(
            "sh",
            "-c",
            """
            cd /; /bin/busybox mkdir -m 750 d; echo 1 > d/a; /bin/busybox ln d/a d/hard; /bin/busybox ln -s a d/soft; /bin/busybox mkfifo d/pipe; /bin/busybox chown -R 5:6 d; /bin/busybox chmod 4755 d/a
            /bin/busybox rm bin/id; /bin/busybox mv bin new; /new/busybox mkdir bin; /new/busybox mv new/* bin/; exec /bin/busybox sleep 1000
            """);
        TestEngine.Eventually(() => Lines("/proc/" + _test.Engine.Containers.Get("one").Pid + "/cmdline").StartsWith("/bin/busybox\0sleep", StringComparison.Ordinal), "the container has done it all");
        _test.Engine.Commit("one", new CommitSettings { Names = ["committed"] }, CancellationToken.None);
        using var archive = new MemoryStream();
        _test.Engine.Containers.Export("one", archive, null, CancellationToken.None);
        archive.Position = 0;
        var expected = ImageFiles.Read(archive).All;
        var files = ImageFiles.Of(_test.Engine.Images.Resolve("committed").LayerPaths).All;

        // What a start has made to mount something on is in no image.
        Assert.Equal(expected.Where(file => files.ContainsKey(file.Key) || !IsMade(file.Key)), files);
        Assert.False(files.ContainsKey("/bin/id"));
        Assert.Equal(files["/d/a"], files["/d/hard"]);
    }

    private static bool IsMade(string path) => path is "/dev" or "/proc" or "/sys" or "/etc" or "/.dockerenv" || path.StartsWith("/dev/", StringComparison.Ordinal) || path.StartsWith("/etc/", StringComparison.Ordinal);

    private static string Lines(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return "";
        }
    }

    private void Start(params string[] command)
    {
        _test.Remember(_test.Engine.Containers.Create(TestEngine.Settings("one", command)));
        _test.Engine.Containers.Start("one", CancellationToken.None);
    }

    private string? Text(string name)
    {
        var path = Path.Combine(_test.Engine.Containers.Get("one").UpperPath!, name);
        return File.Exists(path) ? File.ReadAllText(path, Encoding.ASCII) : null;
    }

    private void Goes()
    {
        TestEngine.Eventually(() => _test.Engine.Containers.Get("one").State == ContainerState.Running, "the container goes on");
        TestEngine.Eventually(() => Text("changed") is not null, "the container has written");
        var image = _test.Engine.Commit("one", new CommitSettings { Names = ["again"] }, CancellationToken.None);
        Assert.Equal("changed\n", ImageFiles.Of(_test.Engine.Images.Resolve("again").LayerPaths).Text("/changed"));
        Assert.Equal(2, image.Layers.Count);
        Assert.Equal(ContainerState.Running, _test.Engine.Containers.Get("one").State);
        _test.Engine.Containers.Remove("one", force: true, CancellationToken.None);
        _test.AssertNothingIsLeft();
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_test.Paths.Layers, "ingest")));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_test.Paths.Images, "ingest")));
        Assert.Empty(_test.Engine.Store.Check(repair: false, null, CancellationToken.None));
    }
}
