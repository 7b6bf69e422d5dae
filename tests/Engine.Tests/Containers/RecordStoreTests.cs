using System.Security.Cryptography;
using ContainerPS.Engine.Containers;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Tests.Containers;

public sealed class RecordStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("containerps-").FullName;
    private readonly StorePaths _paths;
    private readonly RecordStore _records;

    public RecordStoreTests()
    {
        _paths = new StorePaths(Path.Combine(_folder, "root"), Path.Combine(_folder, "run"), Path.Combine(_folder, "engine.json"));
        _records = new RecordStore(_paths, RecordJson.Default);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_record_comes_back_as_it_was_written()
    {
        var record = Record("web") with { LastRun = new RunRecord { StartedAt = DateTimeOffset.UnixEpoch, ExitCode = 3, OomKilled = true } };
        record.Settings = record.Settings with { Environment = ["A=ü\"\n"], Labels = new Dictionary<string, string> { ["k"] = "v" }, StopTimeout = TimeSpan.FromSeconds(1.5), Cpus = 0.5 };
        _records.Add(record);
        var read = _records.Read(record.Id)!;
        Assert.Equivalent(record, read, strict: true);
        Assert.Equal(record.Id, _records.IdOfName("web"));
        Assert.Equal([record.Id], _records.Ids());
    }

    [Fact]
    public void Settings_of_every_kind_come_back()
    {
        var record = Record("web");
        record.Settings = record.Settings with
        {
            Volumes = [VolumeSpec.Parse("/a:/b:ro,rslave", "Volume"), VolumeSpec.Parse("data:/c:nocopy", "Volume"), VolumeSpec.Parse("/d", "Volume")],
            Mounts =
            [
                MountSpec.Parse("src=data,dst=/b,volume-label=a=x,volume-opt=type=nfs,volume-subpath=sub,volume-nocopy", "Mount", "/"),
                MountSpec.Parse("type=bind,src=/a,dst=/c,ro,bind-propagation=rprivate,bind-recursive=readonly", "Mount", "/"),
                MountSpec.Parse("type=tmpfs,dst=/t,tmpfs-size=1m,tmpfs-mode=1777", "Mount", "/"),
            ],
            VolumesFrom = ["other:ro"],
            Restart = RestartText.Parse("on-failure:3", "Restart"),
            OnUnhealthy = UnhealthyAction.Restart,
            HealthCommand = ["CMD-SHELL", "true"],
            HealthInterval = TimeSpan.FromSeconds(2.5),
            Devices = [DeviceText.Parse("/dev/fuse", "Device")],
            DeviceReadBps = [DeviceText.ParseBytes("/dev/sda:2MB", "DeviceReadBps")],
            BlockIOWeightDevices = [DeviceText.ParseWeight("/dev/sda:200", "BlockIOWeightDevice")],
            LogOptions = new Dictionary<string, string> { ["max-size"] = "1m" },
            Ulimits = [Ulimit.Parse("nofile=1024:2048", "Ulimit")],
        };
        _records.Add(record);
        Assert.Equivalent(record, _records.Read(record.Id), strict: true);
        Assert.Contains("\"restart\":{\"mode\":\"OnFailure\",\"maximumRetries\":3}", File.ReadAllText(Path.Combine(_paths.ContainerOf(record.Id), "container.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void Folders_are_closed_to_other_users_and_the_root_directory_is_open_inside()
    {
        var record = Record("web");
        _records.Add(record);
        Assert.Equal((UnixFileMode)0x1c0, File.GetUnixFileMode(_paths.Root));
        Assert.Equal((UnixFileMode)0x1c0, File.GetUnixFileMode(_paths.ContainerOf(record.Id)));
        Assert.Equal((UnixFileMode)0x1ed, File.GetUnixFileMode(Path.Combine(_paths.ContainerOf(record.Id), "upper")));
        Assert.Equal((UnixFileMode)0x180, File.GetUnixFileMode(Path.Combine(_paths.ContainerOf(record.Id), "container.json")));
    }

    [Fact]
    public void Of_many_that_take_a_name_at_once_one_wins_and_the_others_leave_nothing()
    {
        var wins = 0;
        Parallel.For(0, 32, new ParallelOptions { MaxDegreeOfParallelism = 16 }, _ =>
        {
            var record = Record("same");
            using var held = _records.Lock(record.Id);
            try
            {
                _records.Add(record);
                Interlocked.Increment(ref wins);
            }
            catch (NameInUseException e)
            {
                Assert.Contains("'same'", e.Message);
            }
        });
        Assert.Equal(1, wins);
        Assert.Equal(_records.IdOfName("same"), Assert.Single(_records.Ids()));
    }

    [Fact]
    public void A_name_that_is_let_go_just_now_is_taken_or_in_use()
    {
        Parallel.For(0, 2, _ =>
        {
            for (var i = 0; i < 300; i++)
            {
                var record = Record("web");
                using var held = _records.Lock(record.Id);
                try
                {
                    _records.Add(record);
                    _records.Delete(record);
                }
                catch (NameInUseException)
                {
                    // The other has it.
                }
            }
        });
        Assert.Null(_records.IdOfName("web"));
        Assert.Empty(_records.Ids());
    }

    [Fact]
    public void A_name_that_a_killed_creation_has_left_is_free_again()
    {
        var dead = Record("web");
        _records.Add(dead);
        File.Delete(Path.Combine(_paths.ContainerOf(dead.Id), "container.json"));
        var record = Record("web");
        _records.Add(record);
        Assert.Equal(record.Id, _records.IdOfName("web"));
        Assert.False(Directory.Exists(_paths.ContainerOf(dead.Id)));
    }

    [Fact]
    public void A_name_that_is_being_taken_now_is_in_use()
    {
        var other = Record("web");
        using var held = _records.Lock(other.Id);
        _records.Add(other);
        File.Delete(Path.Combine(_paths.ContainerOf(other.Id), "container.json"));
        Assert.Throws<NameInUseException>(() => _records.Add(Record("web")));
    }

    [Fact]
    public void What_a_killed_removal_has_left_is_swept()
    {
        var record = Record("web");
        _records.Add(record);
        File.Delete(Path.Combine(_paths.ContainerOf(record.Id), "container.json"));
        Assert.Null(_records.Read(record.Id));

        // As after a restart of the machine.
        Directory.Delete(_paths.Run, recursive: true);
        _records.Sweep(record.Id);
        Assert.Empty(_records.Ids());
    }

    [Fact]
    public void Deletion_takes_record_name_and_files()
    {
        var record = Record("web");
        _records.Add(record);
        File.WriteAllText(Path.Combine(_paths.ContainerOf(record.Id), "upper", "f"), "x");
        _records.Delete(record);
        Assert.Null(_records.Read(record.Id));
        Assert.Null(_records.IdOfName("web"));
        Assert.False(Directory.Exists(_paths.ContainerOf(record.Id)));
    }

    [Fact]
    public void A_damaged_record_is_named_in_the_error()
    {
        var record = Record("web");
        _records.Add(record);
        File.WriteAllText(Path.Combine(_paths.ContainerOf(record.Id), "container.json"), "{\"id\":");
        Assert.Contains(record.Id, Assert.Throws<InvalidContentException>(() => _records.Read(record.Id)).Message);
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("a/b")]
    [InlineData("")]
    public void A_name_is_never_a_path(string name) => Assert.Null(_records.IdOfName(name));

    private static ContainerRecord Record(string name) => new()
    {
        Id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)),
        Name = name,
        Created = DateTimeOffset.UtcNow,
        Settings = new ContainerSettings { Image = "busybox", Command = ["true"] },
        ImageId = "sha256:" + new string('0', 64),
        Platform = "linux/amd64",
        ImageConfig = new ContainerConfig { Cmd = ["sh"] },
        LayerPaths = ["/layers/a/diff"],
    };
}
