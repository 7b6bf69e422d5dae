using ContainerPS.Engine.Events;

namespace ContainerPS.Engine.Tests.Events;

public sealed class EventLogTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("containerps-").FullName;
    private readonly StorePaths _paths;
    private readonly EventLog _log;

    public EventLogTests()
    {
        _paths = new StorePaths(Path.Combine(_folder, "root"), Path.Combine(_folder, "run"), Path.Combine(_folder, "engine.json"));
        _log = new EventLog(_paths);
    }

    private string Current => Path.Combine(_paths.Run, "events.jsonl");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void An_event_comes_back_as_it_was_written()
    {
        var before = DateTimeOffset.UtcNow;
        _log.Write(ContainerEventType.Container, EventAction.Die, "0123", "wéb \"1\"\n", ("exitCode", "137"), ("image", null), ("label", "日本\ud800"));
        var e = Assert.Single(Read());
        Assert.InRange(e.Time, before, DateTimeOffset.UtcNow);
        Assert.Equal(ContainerEventType.Container, e.Type);
        Assert.Equal("die", e.Action);
        Assert.Equal("0123", e.Id);
        Assert.Equal("wéb \"1\"\n", e.Name);
        Assert.Equal(new Dictionary<string, string> { ["exitCode"] = "137", ["label"] = "日本\ufffd" }, e.Attributes);
    }

    [Fact]
    public void The_folder_and_the_file_are_closed_to_other_users()
    {
        Write("a");
        Assert.Equal((UnixFileMode)0x1c0, File.GetUnixFileMode(_paths.Run));
        Assert.Equal((UnixFileMode)0x180, File.GetUnixFileMode(Current));
    }

    [Fact]
    public void Only_what_is_asked_for_is_given()
    {
        Write("a");
        var middle = DateTimeOffset.UtcNow;
        Write("b");
        _log.Write(ContainerEventType.Image, EventAction.Pull, "sha256:1", "busybox:latest");
        Assert.Equal(["a"], Ids(new EventQuery { Until = middle }));
        Assert.Equal(["b", "sha256:1"], Ids(new EventQuery { Since = middle }));
        Assert.Equal(["sha256:1"], Ids(new EventQuery { Types = [ContainerEventType.Image] }));
        Assert.Equal(["sha256:1"], Ids(new EventQuery { Actions = ["PULL"] }));
        Assert.Equal(["b"], Ids(new EventQuery { Containers = ["b"] }));
    }

    [Fact]
    public void A_line_that_a_full_disk_has_cut_does_not_spoil_the_next()
    {
        Write("a");
        File.AppendAllText(Current, "{\"time\":\"2026-01-01T00:00:00Z\",\"type\":\"contai");
        Write("b");
        File.AppendAllText(Current, "rubbish\n{\"time\":\"never\",\"type\":\"container\",\"action\":\"x\",\"id\":\"1\"}\n{\"time\":\"2026-01-01T00:00:00Z\",\"type\":\"whale\",\"action\":\"x\",\"id\":\"1\"}\n");
        Write("c");
        Assert.Equal(["a", "b", "c"], Read().Select(e => e.Id));
    }

    [Fact]
    public void Writing_does_not_fail_where_it_cannot()
    {
        File.WriteAllText(_paths.Run, "a file in place of the folder");
        Write("a");
        Assert.Equal("a file in place of the folder", File.ReadAllText(_paths.Run));
    }

    [Fact]
    public void A_full_disk_loses_what_does_not_fit_and_nothing_else()
    {
        Directory.CreateDirectory(_paths.Run);
        Run("mount", "-t", "tmpfs", "-o", "size=64k", "containerps-test", _paths.Run);
        try
        {
            Write("first");
            File.WriteAllBytes(Path.Combine(_paths.Run, "hog"), new byte[56 * 1024]);
            for (var i = 0; i < 200; i++) Write("lost?");
            File.Delete(Path.Combine(_paths.Run, "hog"));
            Write("last");
            var ids = Read().Select(e => e.Id).ToList();
            Assert.Equal("first", ids[0]);
            Assert.Equal("last", ids[^1]);
            Assert.InRange(ids.Count, 3, 150);
        }
        finally
        {
            Run("umount", _paths.Run);
        }
    }

    [Fact]
    public void Of_many_writers_no_line_is_lost_when_the_file_changes()
    {
        // Enough for one change of files, not for two: the older file is kept, the one before it is not.
        var padding = new string('x', 4000);
        const int writers = 8, each = 180;
        Parallel.For(0, writers, new ParallelOptions { MaxDegreeOfParallelism = writers }, writer =>
        {
            var log = new EventLog(_paths);
            for (var i = 0; i < each; i++) log.Write(ContainerEventType.Engine, "test", $"{writer}-{i}", null, ("padding", padding));
        });
        Assert.True(File.Exists(Path.Combine(_paths.Run, "events.1.jsonl")));
        Assert.True(new FileInfo(Current).Length < EventFiles.MostOfFile);
        var ids = Read().Select(e => e.Id).ToList();
        Assert.Equal(writers * each, ids.Distinct().Count());
        Assert.Equal(writers * each, ids.Count);
    }

    [Fact]
    public async Task A_follower_sees_what_is_written_from_now_on_and_goes_on_in_the_next_file()
    {
        Write("before");
        using var cancellation = new CancellationTokenSource(s_patience);
        using var reader = EventReader.Open(_paths, fromEnd: true);
        var seen = Task.Run(() =>
        {
            var ids = new List<string>();
            while (ids.LastOrDefault() != "last")
            {
                ids.AddRange(reader.ReadToEnd().Select(e => e.Id));
                if (ids.LastOrDefault() != "last") reader.Wait(null, cancellation.Token);
            }

            return ids;
        });
        var padding = new string('x', 60_000);
        for (var i = 0; i < 100; i++) _log.Write(ContainerEventType.Engine, "test", $"{i}", null, ("padding", padding));

        Write("last");
        Assert.Equal([.. Enumerable.Range(0, 100).Select(i => $"{i}"), "last"], await seen);
    }

    [Fact]
    public void Following_ends_at_the_time_that_was_given()
    {
        Write("before");
        Assert.Empty(Ids(new EventQuery { Follow = true, Until = DateTimeOffset.UtcNow + TimeSpan.FromMilliseconds(50) }));
        Assert.Equal(["before"], Ids(new EventQuery { Follow = true, Since = DateTimeOffset.UnixEpoch, Until = DateTimeOffset.UtcNow + TimeSpan.FromMilliseconds(50) }));
    }

    [Fact]
    public void Following_ends_when_it_is_cancelled()
    {
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        Assert.ThrowsAny<OperationCanceledException>(() => _log.Read(new EventQuery { Follow = true }, cancellation.Token).ToList());
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    private void Write(string id) => _log.Write(ContainerEventType.Container, EventAction.Create, id);

    private List<ContainerEvent> Read() => [.. _log.Read(new EventQuery(), CancellationToken.None)];

    private List<string> Ids(EventQuery query) => [.. _log.Read(query, CancellationToken.None).Select(e => e.Id)];
}
