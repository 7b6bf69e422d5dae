using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Tests.Containers;
using ContainerPS.Engine.Tests.Runtime;

namespace ContainerPS.Engine.Tests.Volumes;

/// <summary>Shells are killed at points all along the creation and removal of a container with volumes: each volume is whole, empty or not there.</summary>
public sealed class VolumeKillTests : IDisposable
{
    private const string Calls = "mkdir,mkdirat,rename,renameat2,symlinkat,unlink,unlinkat,fsync,syncfs,flock,fchmod,utimensat";

    private readonly TestEngine _test = new();

    public void Dispose() => _test.Dispose();

    /// <summary>A container with three volumes: one over what the image has, one by name, and an anonymous one.</summary>
    internal static ContainerSettings Settings(string name) => TestEngine.Settings(name, "true") with
    {
        Volumes = [VolumeSpec.Parse("filled:/bin", "Volume"), VolumeSpec.Parse("made:/also", "Volume"), VolumeSpec.Parse("/third", "Volume")],
    };

    [Theory]
    [InlineData(3), InlineData(6), InlineData(9), InlineData(12), InlineData(16), InlineData(20), InlineData(24), InlineData(30), InlineData(36), InlineData(44), InlineData(52)]
    public void While_it_creates(int call)
    {
        // A volume that is there is filled in another way than one that is made.
        if (call % 2 == 0) _test.Engine.Volumes.Create(new() { Name = "filled" });
        Shell(call, "create-with-volumes");
        AssertWhole();
        if (_test.Engine.Containers.List().Count == 0) _test.Engine.Containers.Create(Settings("one"));
        Assert.NotEmpty(Directory.GetFileSystemEntries(_test.Engine.Volumes.Get("filled").Mountpoint));
        _test.Engine.Containers.Remove("one", force: false, CancellationToken.None, volumes: true);
        AssertGone();
    }

    [Theory]
    [InlineData(2), InlineData(4), InlineData(6), InlineData(8), InlineData(11), InlineData(14), InlineData(18)]
    public void While_it_removes(int call)
    {
        _test.Engine.Containers.Create(Settings("one"));
        Shell(call, "remove-with-volumes");
        AssertWhole();
        if (_test.Engine.Containers.List().Count > 0) _test.Engine.Containers.Remove("one", force: false, CancellationToken.None, volumes: true);
        AssertGone();
    }

    private void Shell(int call, string verb)
    {
        var program = new[] { "dotnet", typeof(VolumeKillTests).Assembly.Location, "container", _test.Paths.Root, _test.Paths.Run, RuncsProgram.Path, verb, "one" };
        string[] arguments = ["-qq", "-f", "-o", "/dev/null", "-e", $"trace={Calls}", "-e", $"inject={Calls}:signal=KILL:when={call}", .. program];
        RuncsProgram.Run("strace", arguments);
    }

    private void AssertWhole()
    {
        var whole = _test.Engine.Images.Resolve("busybox").LayerPaths.Select(path => Path.Combine(path, "bin")).First(Directory.Exists);
        foreach (var volume in _test.Engine.Volumes.List())
        {
            if (Directory.GetFileSystemEntries(volume.Mountpoint).Length > 0) Assert.Null(TreeCompare.FirstDifference(whole, volume.Mountpoint, CancellationToken.None));
        }

        Assert.DoesNotContain(_test.Folder, File.ReadAllText("/proc/self/mountinfo"), StringComparison.Ordinal);
    }

    // What was killed before a record named it is found as unused.
    private void AssertGone()
    {
        Assert.All(_test.Engine.Volumes.List(), static volume => Assert.Empty(volume.UsedBy));
        foreach (var volume in _test.Engine.Volumes.List()) _test.Engine.Volumes.Remove(volume.Name);
        Assert.Empty(Directory.GetFileSystemEntries(_test.Paths.Volumes));
        _test.AssertNothingIsLeft();
    }
}
