using System.Security.Cryptography;
using ContainerPS.Engine.Containers;
using ContainerPS.Engine.Events;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Tests.Containers;

public sealed class RenameTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("containerps-").FullName;
    private readonly StorePaths _paths;
    private readonly RecordStore _records;

    public RenameTests()
    {
        _paths = new StorePaths(Path.Combine(_folder, "root"), Path.Combine(_folder, "run"), Path.Combine(_folder, "engine.json"));
        _records = new RecordStore(_paths, RecordJson.Default);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_new_name_is_taken_and_the_old_one_is_free()
    {
        var record = Add("web");
        _records.Rename(record, "web-old");
        Assert.Equal("web-old", _records.Read(record.Id)!.Name);
        Assert.Equal(record.Id, _records.IdOfName("web-old"));
        Assert.Null(_records.IdOfName("web"));
        Add("web");
        var e = Assert.Single(new EventLog(_paths).Read(new EventQuery { Actions = ["rename"] }, CancellationToken.None));
        Assert.Equal("web-old", e.Name);
        Assert.Equal("web", e.Attributes["oldName"]);
    }

    [Fact]
    public void A_name_that_another_has_is_refused_and_nothing_changes()
    {
        var (first, second) = (Add("first"), Add("second"));
        var error = Assert.Throws<NameInUseException>(() => _records.Rename(first, "second"));
        Assert.Contains("'second'", error.Message);
        Assert.Equal("first", _records.Read(first.Id)!.Name);
        Assert.Equal(first.Id, _records.IdOfName("first"));
        Assert.Equal(second.Id, _records.IdOfName("second"));
    }

    [Fact]
    public void A_rename_that_was_killed_before_the_record_leaves_a_name_that_anybody_may_take()
    {
        var record = Add("web");
        File.CreateSymbolicLink(Path.Combine(_paths.Root, "names", "wanted"), record.Id);
        Assert.Equal(["wanted"], _records.LostNames());
        var other = Add("wanted");
        Assert.Equal(other.Id, _records.IdOfName("wanted"));
        Assert.Equal("web", _records.Read(record.Id)!.Name);
        Assert.Empty(_records.LostNames());
    }

    [Fact]
    public void A_rename_that_was_killed_can_be_done_again()
    {
        var record = Add("web");
        File.CreateSymbolicLink(Path.Combine(_paths.Root, "names", "wanted"), record.Id);
        _records.Rename(record, "wanted");
        Assert.Equal("wanted", _records.Read(_records.IdOfName("wanted")!)!.Name);
        Assert.Null(_records.IdOfName("web"));
    }

    [Fact]
    public void A_rename_that_was_killed_after_the_record_leaves_the_old_name_to_be_swept()
    {
        var record = Add("web");
        _records.Rename(record, "web2");
        File.CreateSymbolicLink(Path.Combine(_paths.Root, "names", "web"), record.Id);
        Assert.Equal(["web"], _records.LostNames());
        _records.SweepName("web");
        Assert.Null(_records.IdOfName("web"));
        Assert.Equal(record.Id, _records.IdOfName("web2"));
        Assert.NotNull(_records.Read(record.Id));
    }

    [Fact]
    public void Creation_and_removal_are_told()
    {
        _records.Delete(Add("web"));
        Assert.Equal(["create web busybox", "destroy web busybox"], new EventLog(_paths).Read(new EventQuery(), CancellationToken.None).Select(e => $"{e.Action} {e.Name} {e.Attributes["image"]}"));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("")]
    public void A_record_that_is_none_is_damage_and_not_absence(string text)
    {
        var record = Add("web");
        File.WriteAllText(Path.Combine(_paths.ContainerOf(record.Id), "container.json"), text);
        Assert.Contains(record.Id, Assert.Throws<InvalidContentException>(() => _records.Read(record.Id)).Message);
        Assert.Throws<NameInUseException>(() => Add("web"));
    }

    private ContainerRecord Add(string name)
    {
        var record = new ContainerRecord
        {
            Id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)),
            Name = name,
            Created = DateTimeOffset.UtcNow,
            Settings = new ContainerSettings { Image = "busybox" },
            ImageId = "sha256:" + new string('0', 64),
            Platform = "linux/amd64",
            ImageConfig = new ContainerConfig(),
            LayerPaths = [],
        };
        _records.Add(record);
        return record;
    }
}
