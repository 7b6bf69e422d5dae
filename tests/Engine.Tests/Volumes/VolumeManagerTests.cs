using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Volumes;
using Tmds.Linux;

namespace ContainerPS.Engine.Tests.Volumes;

public sealed class VolumeManagerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("containerps-volumes-").FullName;
    private readonly VolumeStore _store;
    private readonly VolumeManager _volumes;
    private readonly List<VolumeUser> _users = [];

    public VolumeManagerTests()
    {
        var paths = new StorePaths(Path.Combine(_folder, "root"), Path.Combine(_folder, "run"), Path.Combine(_folder, "engine.json"));
        _store = new VolumeStore(paths);
        _volumes = new VolumeManager(_store, names => [.. _users.Where(user => names?.Contains(user.Volume) is not false)]);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_volume_comes_back_as_it_was_made()
    {
        var options = new Dictionary<string, string> { ["type"] = "tmpfs", ["device"] = "tmpfs", ["o"] = "size=1m,ro" };
        _volumes.Create(new() { Name = "data", Options = options, Labels = new Dictionary<string, string> { ["ü"] = "\"\n" } });
        var volume = _volumes.Get("data");
        Assert.Equal(options, volume.Options);
        Assert.Equal("\"\n", volume.Labels["ü"]);
        Assert.False(volume.IsAnonymous);
        Assert.Equal((UnixFileMode)0x1c0, File.GetUnixFileMode(Path.GetDirectoryName(volume.Mountpoint)!));
        Assert.Equal((UnixFileMode)0x1ed, File.GetUnixFileMode(volume.Mountpoint));
    }

    [Fact]
    public void Of_many_that_make_one_at_once_all_get_the_same()
    {
        var created = new System.Collections.Concurrent.ConcurrentBag<DateTimeOffset>();
        Parallel.For(0, 32, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ => created.Add(_volumes.Create(new() { Name = "same" }).Created));
        Assert.Single(created.Distinct());
    }

    [Fact]
    public void What_a_killed_maker_left_is_cleared_away()
    {
        var left = Path.Combine(_folder, "root", "volumes", "half", "data");
        Directory.CreateDirectory(left);
        File.WriteAllText(Path.Combine(left, "part"), "");
        var working = Path.Combine(_folder, "root", "volumes", "working", "data");
        Directory.CreateDirectory(working);
        using (_store.Lock("working")) Assert.Empty(_volumes.List());
        Assert.False(Directory.Exists(left));
        Assert.True(Directory.Exists(working));
        _volumes.Create(new() { Name = "working" });
        Assert.Equal(["working"], _volumes.List().Select(v => v.Name));
    }

    [Fact]
    public void One_that_is_used_is_not_removed()
    {
        _volumes.Create(new() { Name = "data" });
        _users.Add(new VolumeUser("data", "web", Running: false));
        Assert.Contains("container web", Assert.Throws<VolumeInUseException>(() => _volumes.Remove("data")).Message, StringComparison.Ordinal);
        Assert.Equal(["web"], _volumes.Get("data").UsedBy);
        _users.Clear();
        _volumes.Remove("data");
        Assert.Throws<VolumeNotFoundException>(() => _volumes.Remove("data"));
    }

    [Fact]
    public void One_with_something_mounted_on_it_is_neither_emptied_nor_removed()
    {
        var volume = _volumes.Create(new() { Name = "data" });
        var inner = Path.Combine(volume.Mountpoint, "a b");
        var treasure = Path.Combine(_folder, "treasure");
        Directory.CreateDirectory(inner);
        Directory.CreateDirectory(treasure);
        File.WriteAllText(Path.Combine(treasure, "f"), "");
        VolumeMount.Bind(treasure, ContainerPS.Engine.Runtime.MountOptions.Parse(["bind"], ""), inner);
        try
        {
            Assert.Contains(inner, Assert.Throws<VolumeException>(() => _volumes.Remove("data")).Message, StringComparison.Ordinal);
            Assert.True(File.Exists(Path.Combine(treasure, "f")));
        }
        finally
        {
            VolumeMount.Detach(inner);
        }

        _volumes.Remove("data");
        Assert.True(File.Exists(Path.Combine(treasure, "f")));
    }

    [Theory]
    [InlineData("o=bind,device=relative")]
    [InlineData("type=tmpfs")]
    [InlineData("device=/dev/sda1")]
    [InlineData("type=none,device=/x")]
    [InlineData("o=ro")]
    [InlineData("type=tmpfs,device=tmpfs,size=1g")]
    [InlineData("type=tmpfs,device=tmpfs,o=remount")]
    [InlineData("kind=x")]
    public void Options_that_mount_nothing_are_refused(string text)
    {
        var options = text.Split(',').Select(static pair => pair.Split('=', 2)).ToDictionary(static pair => pair[0], static pair => pair[1]);
        Assert.Throws<InvalidSettingException>(() => _volumes.Create(new() { Name = "bad", Options = options }));
        Assert.Empty(_volumes.List());
    }

    [Fact]
    public void A_volume_is_filled_with_everything_its_source_has_or_not_at_all()
    {
        var source = Path.Combine(_folder, "source");
        Directory.CreateDirectory(Path.Combine(source, "sub"));
        File.WriteAllText(Path.Combine(source, "sub", "f"), "content");
        File.SetUnixFileMode(Path.Combine(source, "sub", "f"), UnixFileMode.UserRead | UnixFileMode.SetUser);
        File.CreateSymbolicLink(Path.Combine(source, "link"), "/etc/passwd");
        Images.TestStore.Run("ln", Path.Combine(source, "sub", "f"), Path.Combine(source, "again"));
        Images.TestStore.Run("truncate", "-s", "64M", Path.Combine(source, "sparse"));
        Images.TestStore.Run("dd", "if=/etc/passwd", $"of={Path.Combine(source, "sparse")}", "bs=100", "count=1", "seek=300001", "conv=notrunc", "status=none");
        File.SetUnixFileMode(source, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.StickyBit);
        var folder = _volumes.Create(new() { Name = "data" }).Mountpoint;
        using (var handle = FileDescriptors.Open(source, LibC.O_RDONLY | LibC.O_DIRECTORY)) VolumeFiller.Replace(folder, handle);
        Assert.Null(TreeCompare.FirstDifference(source, folder, CancellationToken.None));
        Assert.True(TreeUse(folder) < 1 << 20, "holes were filled");
        Assert.Equal(Inode(Path.Combine(folder, "sub", "f")), Inode(Path.Combine(folder, "again")));
        Assert.Equal(["data", "volume.json"], Directory.GetFileSystemEntries(Path.GetDirectoryName(folder)!).Select(Path.GetFileName).Order());
    }

    /// <summary>CVE-2025-9566: while a volume is filled, what has come is replaced by links to a folder of the machine.</summary>
    [Fact]
    public async Task Links_that_are_planted_while_it_is_filled_lead_nowhere()
    {
        const int rounds = 300;
        var source = Path.Combine(_folder, "source");
        var canary = Directory.CreateDirectory(Path.Combine(_folder, "canary")).FullName;
        File.WriteAllText(Path.Combine(canary, "f"), "safe");
        for (var i = 0; i < 4; i++) File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(source, "sub")).FullName, i == 0 ? "f" : $"f{i}"), "of the image");
        var folder = _volumes.Create(new() { Name = "data" }).Mountpoint;
        using var stop = new CancellationTokenSource();
        var planter = Task.Run(() => Plant(folder, canary, stop.Token));
        for (var round = 0; round < rounds; round++)
        {
            using var handle = FileDescriptors.Open(source, LibC.O_RDONLY | LibC.O_DIRECTORY);
            try
            {
                VolumeFiller.Fill(folder, handle);
            }
            catch (KernelException)
            {
                // Its way was barred: that is all that may happen.
            }

            TreeCleaner.Empty(folder);
        }

        await stop.CancelAsync();
        await planter;
        Assert.Equal("safe", File.ReadAllText(Path.Combine(canary, "f")));
        Assert.Equal(["f"], Directory.GetFileSystemEntries(canary).Select(Path.GetFileName));
        TreeCleaner.Empty(folder);
    }

    [Fact]
    public void Mounts_are_read_with_all_their_words()
    {
        var table = MountTable.Parse(["1 0 0:1 / / rw,relatime - ext4 /dev/vda rw", @"2 1 0:2 / /a\040b rw shared:5 master:4 - tmpfs tmpfs rw", "3 2 0:3 / /a\\040b/c rw master:1 - tmpfs tmpfs rw"]);
        Assert.True(table.Has("/a b"));
        Assert.Equal(["/a b", "/a b/c"], table.BelowOrAt("/a b").Select(m => m.Point));
        Assert.Equal((true, true), (table.Containing("/a b/x")!.IsShared, table.Containing("/a b/x")!.IsSlave));
        Assert.Equal((false, true), (table.Containing("/a b/c")!.IsShared, table.Containing("/a b/c")!.IsSlave));
        Assert.Equal("/", table.Containing("/a bc")!.Point);
    }

    // Bytes on the disk, and the number of a file.
    private static long TreeUse(string folder) => long.Parse(Images.TestStore.Run("du", "-s", "-B1", folder).Split('\t')[0], System.Globalization.CultureInfo.InvariantCulture);

    private static string Inode(string path) => Images.TestStore.Run("stat", "-c", "%i", path);

    private static void Plant(string folder, string canary, CancellationToken stop)
    {
        var sub = Path.Combine(folder, "sub");
        var (taken, link) = (folder + "-taken", folder + "-link");
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (Directory.Exists(taken)) Directory.Delete(taken, recursive: true);
                File.Delete(link);
                File.CreateSymbolicLink(link, canary);
                Directory.Move(sub, taken);
                File.Move(link, sub);
            }
            catch (IOException)
            {
                // It is not there yet, or is being filled.
            }
        }

        ContainerPS.Engine.Storage.TreeRemover.Remove(link);
        ContainerPS.Engine.Storage.TreeRemover.Remove(taken);
    }

    private static class TreeCleaner
    {
        internal static void Empty(string folder)
        {
            foreach (var path in Directory.GetFileSystemEntries(folder))
            {
                try
                {
                    ContainerPS.Engine.Storage.TreeRemover.Remove(path);
                }
                catch (KernelException)
                {
                    // It was exchanged just now; the next round finds it.
                }
            }
        }
    }
}
