using System.Text;
using ContainerPS.Engine.Containers;

namespace ContainerPS.Engine.Tests.Containers.Life;

/// <summary>Several shells attached to one container at once.</summary>
public sealed class AttachTests : IDisposable
{
    private readonly LifeStore _store = new();

    public void Dispose() => _store.Dispose();

    [Fact]
    public void All_that_are_attached_see_the_output_and_any_may_send_input()
    {
        var container = _store.Start("while read line; do echo got $line; done", settings => settings with { Interactive = true });
        using var one = Attach(container);
        using var two = Attach(container);
        one.Input!.Write("a\n"u8);
        LifeStore.ReadUntil(one, "got a\n");
        LifeStore.ReadUntil(two, "got a\n");
        two.Input!.Write("b\n"u8);
        Assert.Equal("got b\n", LifeStore.ReadUntil(one, "got b\n"));
        _store.Engine.Containers.Kill(container.Id, "SIGKILL");
        Assert.Equal(137, one.WaitForExit(CancellationToken.None));
        Assert.Equal(137, two.WaitForExit(CancellationToken.None));
    }

    [Fact]
    public void A_container_that_was_started_alone_keeps_its_input_when_an_attached_shell_goes()
    {
        var container = _store.Start("while read line; do echo got $line; done; echo end", settings => settings with { Interactive = true });
        using (var first = Attach(container))
        {
            first.Input!.Write("a\n"u8);
            LifeStore.ReadUntil(first, "got a");
            first.Input.Dispose();
        }

        using var second = Attach(container);
        second.Input!.Write("b\n"u8);
        LifeStore.ReadUntil(second, "got b");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_container_whose_input_is_one_shells_ends_it_with_that(bool says)
    {
        var container = _store.Create("cat; echo end", settings => settings with { Interactive = true });
        var starter = _store.Engine.Containers.StartAttached(container.Id, input: true, CancellationToken.None);
        starter.Input!.Write("text\n"u8);
        using var other = Attach(container);
        if (says) starter.Input.Dispose();
        else starter.Dispose();
        LifeStore.ReadUntil(other, "end\n");
        Assert.Equal(0, other.WaitForExit(CancellationToken.None));
        starter.Dispose();
    }

    [Fact]
    public void A_terminal_stays_when_the_shell_that_started_it_goes()
    {
        var container = _store.Create("while read line; do echo got $line; stty size; done", settings => settings with { Interactive = true, Tty = true });
        using (var starter = _store.Engine.Containers.StartAttached(container.Id, input: true, CancellationToken.None))
        {
            starter.Input!.Write("a\n"u8);
            LifeStore.ReadUntil(starter, "got a");
        }

        using var other = Attach(container);
        other.Resize(33, 77);
        other.Input!.Write("b\n"u8);
        LifeStore.ReadUntil(other, "33 77");
    }

    [Fact]
    public async Task A_shell_that_attached_and_does_not_read_loses_output_is_told_how_much_and_stops_nobody()
    {
        const int flood = 512 * 65536;
        var container = _store.Create("read go; dd if=/dev/zero bs=65536 count=512 2>/dev/null; echo; while read line; do echo $line; done", settings => settings with { Interactive = true });
        using var starter = _store.Engine.Containers.StartAttached(container.Id, input: true, CancellationToken.None);
        using var slow = Attach(container);
        starter.Input!.Write("go\n"u8);
        Assert.Equal(flood + 1, Count(starter, "\n"));

        // It reads only now. When it has read what waited it is told of the gap, and gets what comes next.
        var gotAll = Task.Run(() => Count(slow, "last\n"));
        var more = 0;
        for (; slow.LostOutput == 0 && more < 4000; more++, Thread.Sleep(5)) starter.Input.Write("more\n"u8);
        starter.Input.Write("last\n"u8);
        Assert.Equal((more + 1) * 5, Count(starter, "last\n"));
        var got = await gotAll;
        Assert.InRange(slow.LostOutput, 1, flood);
        Assert.Equal(flood + 1 + ((more + 1) * 5), got + slow.LostOutput);
        starter.Input.Dispose();
        Assert.Equal(0, starter.WaitForExit(CancellationToken.None));
    }

    [Fact]
    public void The_socket_is_its_owners_alone_and_goes_with_the_container()
    {
        var container = _store.Start("sleep 60");
        var path = Path.Combine(_store.RunOf(container), "attach.sock");
        Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(path));
        _store.Engine.Containers.Kill(container.Id, "SIGKILL");
        _store.Engine.Containers.Wait(container.Id, CancellationToken.None);
        Assert.False(File.Exists(path));
        Assert.Throws<InvalidContainerStateException>(() => Attach(container));
    }

    /// <summary>CVE-2020-15257: a container in the machine's network reaches abstract sockets by their names, whatever the file system forbids.</summary>
    [Fact]
    public void No_socket_of_a_monitor_has_a_name_without_a_file()
    {
        var container = _store.Start("exec sleep 1000", settings => settings with { Interactive = true, Tty = true, Network = "host", HealthCommand = ["CMD", "true"], HealthInterval = TimeSpan.FromMilliseconds(50) });
        using var attached = Attach(container);
        LifeStore.Await(() => _store.Engine.Containers.Get(container.Id).HealthResults.Count > 0, "it is checked");
        var monitor = new KernelView(_store.Paths).Read(container.Id).Monitor!.MonitorPid;
        var sockets = Directory.GetFiles($"/proc/{monitor}/fd").Select(path => new FileInfo(path).LinkTarget).Where(target => target?.StartsWith("socket:[", StringComparison.Ordinal) == true).Select(target => target![8..^1]).ToHashSet();
        var named = File.ReadLines("/proc/net/unix").Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(fields => fields.Length > 7 && sockets.Contains(fields[6])).Select(fields => fields[7]).ToList();
        Assert.Contains(named, name => name.EndsWith("/attach.sock", StringComparison.Ordinal));
        Assert.DoesNotContain(named, name => name.StartsWith('@'));
    }

    [Fact]
    public void A_flood_with_a_reader_that_does_not_read_keeps_the_monitor_small_and_stops_at_once()
    {
        var container = _store.Start("exec yes a line of output", settings => settings with { LogOptions = new Dictionary<string, string> { ["max-size"] = "1m", ["max-file"] = "2" } });
        using var slow = Attach(container);
        var log = Path.GetDirectoryName(container.LogPath)!;
        LifeStore.Await(() => Directory.GetFiles(log).Length == 2 && new FileInfo(container.LogPath!).CreationTimeUtc > container.StartedAt!.Value.UtcDateTime.AddSeconds(10), "the log was begun anew", seconds: 60);
        var monitor = new KernelView(_store.Paths).Read(container.Id).Monitor!.MonitorPid;

        // Its own memory: pages of the program are shared with whoever runs it, or not.
        var memory = File.ReadLines($"/proc/{monitor}/smaps_rollup").First(line => line.StartsWith("Pss_Anon:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        Assert.InRange(int.Parse(memory, System.Globalization.CultureInfo.InvariantCulture), 100, 4 * 1024);
        _store.Engine.Containers.Stop(container.Id, "SIGKILL", null, CancellationToken.None);
        Assert.Equal(ContainerState.Exited, _store.Engine.Containers.Get(container.Id).State);
        Assert.All(Directory.GetFiles(log), file => Assert.InRange(new FileInfo(file).Length, 1, 1_000_000));
    }

    [Fact]
    public void Many_attach_and_go_while_output_flows()
    {
        var container = _store.Start("while true; do echo line; done");
        Parallel.For(0, 100, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ =>
        {
            using var process = Attach(container);
            LifeStore.ReadUntil(process, "line\n");
        });
        Assert.Equal(ContainerState.Running, _store.Engine.Containers.Get(container.Id).State);
    }

    private static long Count(AttachedProcess process, string end)
    {
        var (count, tail) = (0L, "");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!tail.EndsWith(end, StringComparison.Ordinal) && process.ReadOutput(patience.Token, out _, out var data))
        {
            count += data.Length;
            tail += Encoding.ASCII.GetString(data.Span[Math.Max(0, data.Length - 8)..]);
            tail = tail[Math.Max(0, tail.Length - 8)..];
        }

        return count;
    }

    private AttachedProcess Attach(Container container) => _store.Engine.Containers.Attach(container.Id, input: true, CancellationToken.None);
}
