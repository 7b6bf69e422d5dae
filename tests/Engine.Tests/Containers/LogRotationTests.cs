using System.Text;
using ContainerPS.Engine.Containers;

namespace ContainerPS.Engine.Tests.Containers;

/// <summary>Logs over several files.</summary>
public sealed class LogRotationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("containerps-log-").FullName;

    private string LogPath => Path.Combine(_folder, "container.log");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Files_have_the_size_asked_and_the_oldest_goes()
    {
        using (var log = Writer(1000, 3))
            for (var i = 0; i < 100; i++) Write(log, $"line {i}\n");
        Assert.Equal(["container.log", "container.log.1", "container.log.2"], Directory.GetFiles(_folder).Select(Path.GetFileName).Order());
        Assert.All(Directory.GetFiles(_folder), file => Assert.InRange(new FileInfo(file).Length, 1, 1000));
        var lines = Read(new LogOptions()).ToList();
        Assert.Equal("line 99", lines[^1]);
        Assert.Equal(Enumerable.Range(100 - lines.Count, lines.Count).Select(i => $"line {i}"), lines);
    }

    [Fact]
    public void What_comes_at_once_is_split_too()
    {
        using (var log = Writer(1000, 1000)) Write(log, string.Concat(Enumerable.Range(0, 500).Select(i => $"line {i}\n")));
        Assert.All(Directory.GetFiles(_folder), file => Assert.InRange(new FileInfo(file).Length, 1, 1000));
        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"line {i}"), Read(new LogOptions()));
    }

    [Fact]
    public void One_file_begins_anew()
    {
        using (var log = Writer(300, 1))
            for (var i = 0; i < 100; i++) Write(log, $"line {i}\n");
        Assert.Single(Directory.GetFiles(_folder));
        Assert.Equal("line 99", Read(new LogOptions()).Last());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(30)]
    [InlineData(1000)]
    public void The_last_lines_are_found_from_the_end(int count)
    {
        // Lines of all lengths, so that marks fall on the bounds of blocks, and text that looks like the mark.
        var written = new List<string>();
        using (var log = Writer(300_000, 100))
        {
            for (var i = 0; i < 60; i++)
            {
                var line = $"{i} \\n\",\"stream\":" + new string('x', i * 997);
                written.Add(line);
                Write(log, line + "\n");
            }
        }

        Assert.Equal(written.TakeLast(count), Read(new LogOptions { Tail = count }));
    }

    [Fact]
    public void A_line_goes_on_in_the_next_file()
    {
        var text = new string('y', 100_000);
        using (var log = Writer(20_000, 100)) Write(log, text + "\nnext\n");
        Assert.True(Directory.GetFiles(_folder).Length > 3);
        Assert.Equal([text, "next"], Read(new LogOptions()));
    }

    [Fact]
    public async Task Who_follows_misses_nothing_while_files_change()
    {
        const int count = 20_000;
        var monitor = System.Diagnostics.Process.Start("/bin/sleep", "1000");
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            using var process = Linux.ProcessIdentity.OpenChild(monitor.Id);
            using var log = Writer(50_000, 1000);
            Write(log, "line 0\n");
            var followed = Task.Run(() => LogQuery.Read(LogPath, new LogOptions { Follow = true }, process, patience.Token).Select(line => line.Text).Take(count).ToList());
            for (var i = 1; i < count; i++) Write(log, $"line {i}\n");
            Assert.Equal(Enumerable.Range(0, count).Select(i => $"line {i}"), await followed);
        }
        finally
        {
            monitor.Kill();
        }
    }

    [Fact]
    public void A_full_disk_leaves_a_gap_that_is_told_and_no_half_record()
    {
        Images.TestStore.Run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", _folder);
        try
        {
            using (var log = Writer(-1, 1))
            {
                for (var i = 0; i < 2000; i++) Write(log, $"line {i} {new string('z', 100)}\n");
                Assert.True(log.Lost > 0);
                var filler = Read(new LogOptions()).Count();
                Assert.InRange(filler, 100, 1000);

                // Room again: as when somebody clears up, without the log's own file being touched.
                Images.TestStore.Run("mount", "-o", "remount,size=1m", "tmpfs", _folder);
                Write(log, "after\n");
            }

            var lines = Read(new LogOptions()).ToList();
            Assert.Equal("after", lines[^1]);
            Assert.Matches(@"^containerps: \d+ bytes of output are missing here", lines[^2]);
            Assert.All(File.ReadLines(LogPath), line => Assert.True(JsonLogLine.TryParse(Encoding.UTF8.GetBytes(line), out _, out _)));
        }
        finally
        {
            Images.TestStore.Run("umount", "--lazy", _folder);
        }
    }

    [Fact]
    public void Options_are_read_as_Docker_reads_them()
    {
        Assert.Equal(new LogSettings("json-file", 20_000_000, 3), LogSettings.Of(new()));
        Assert.Equal(new LogSettings("json-file", 10_000_000, 5), Of(("max-size", "10m"), ("max-file", "5")));
        Assert.Equal(-1, Of(("max-size", "-1")).MostSize);
        foreach (var (key, value) in ((string, string)[])[("max-size", "many"), ("max-size", "0"), ("max-file", "0"), ("max-file", "x"), ("color", "red")])
            Assert.Equal("LogOption", Assert.Throws<InvalidSettingException>(() => Of((key, value))).Parameter);
        Assert.Equal("LogDriver", Assert.Throws<InvalidSettingException>(() => LogSettings.Of(new() { LogDriver = "syslog" })).Parameter);
    }

    [Fact]
    public void The_engines_settings_hold_for_containers_that_say_nothing()
    {
        var engine = new EngineSettings { LogOptions = new() { ["max-size"] = "1m", ["max-file"] = "2" } };
        Assert.Equal(new LogSettings("json-file", 1_000_000, 2), LogSettings.Of(LogSettings.WithDefaults(new(), engine)));
        Assert.Equal(new LogSettings("json-file", 1_000_000, 4), LogSettings.Of(LogSettings.WithDefaults(new() { LogOptions = new Dictionary<string, string> { ["max-file"] = "4" } }, engine)));
        Assert.Equal("none", LogSettings.Of(LogSettings.WithDefaults(new() { LogDriver = "none" }, engine)).Driver);
        if (!File.Exists(JournalLog.DefaultSocket))
            Assert.Contains(JournalLog.DefaultSocket, Assert.Throws<InvalidSettingException>(() => LogSettings.WithDefaults(new() { LogDriver = "journald" }, engine)).Message);
    }

    private static LogSettings Of(params (string Key, string Value)[] options) => LogSettings.Of(new() { LogOptions = options.ToDictionary(option => option.Key, option => option.Value) });

    private static void Write(JsonLogWriter log, string text) => log.Write(OutputStream.Stdout, Encoding.UTF8.GetBytes(text));

    private JsonLogWriter Writer(long mostSize, int mostFiles) => new(new RotatingFile(LogPath, mostSize, mostFiles));

    private IEnumerable<string> Read(LogOptions options) => LogQuery.Read(LogPath, options, monitor: null, CancellationToken.None).Select(line => line.Text);
}
