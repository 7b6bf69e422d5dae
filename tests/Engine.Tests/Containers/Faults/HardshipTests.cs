using System.Diagnostics;
using System.Globalization;
using ContainerPS.Engine.Containers;

namespace ContainerPS.Engine.Tests.Containers;

/// <summary>Programs that behave badly, and users who ask for much at once.</summary>
public sealed class HardshipTests : IDisposable
{
    private readonly TestEngine _test = new();

    private ContainerManager Containers => _test.Engine.Containers;

    public void Dispose() => _test.Dispose();

    [Fact]
    public void A_fork_bomb_stays_within_its_limit_and_is_stopped()
    {
        const int limit = 40;
        var bomb = Start(TestEngine.Settings("bomb", "busybox", "awk", "BEGIN { while (1) system(\"sleep 1000 &\") }") with { PidsLimit = limit });
        var neighbour = Start(TestEngine.Settings("neighbour", "sleep", "1000"));
        TestEngine.Eventually(() => _test.Engine.Meter().Measure([Containers.Get(bomb.Id)])[0].Pids >= limit - 1, "it reaches its limit");
        for (var i = 0; i < 20; i++) Assert.InRange(_test.Engine.Meter().Measure([Containers.Get(bomb.Id)])[0].Pids, 1, limit);
        using (var exec = Containers.Exec(neighbour.Id, new ExecSettings { Command = ["true"] }, CancellationToken.None)) Assert.Equal(0, exec.WaitForExit(CancellationToken.None));
        Containers.Stop(bomb.Id, null, TimeSpan.Zero, CancellationToken.None);
        Assert.Equal(ContainerState.Exited, Containers.Get(bomb.Id).State);
        Containers.Remove(neighbour.Id, force: true, CancellationToken.None);
        Containers.Remove(bomb.Id, force: false, CancellationToken.None);
        _test.AssertNothingIsLeft();
    }

    [Fact]
    public void A_program_that_ignores_the_signal_is_killed_after_its_time_and_not_before()
    {
        var container = Start(TestEngine.Settings("deaf", "sh", "-c", "trap '' TERM; echo deaf; while true; do sleep 1; done"));
        TestEngine.Eventually(() => Containers.ReadLog(container.Id, new LogOptions(), CancellationToken.None).Any(), "it has set its trap");
        var watch = Stopwatch.StartNew();
        Containers.Stop(container.Id, null, TimeSpan.FromMilliseconds(700), CancellationToken.None);
        Assert.True(watch.ElapsedMilliseconds >= 700, $"killed after {watch.ElapsedMilliseconds} ms");
        Assert.Equal(137, Containers.Get(container.Id).ExitCode);
    }

    [Fact]
    public void A_hundred_programs_at_once_are_run_in_one_container()
    {
        var container = Start(TestEngine.Settings("busy", "sleep", "1000"));
        var outputs = AtOnce(100, i =>
        {
            using var exec = Containers.Exec(container.Id, new ExecSettings { Command = ["sh", "-c", $"echo {i}; exit {i}"] }, CancellationToken.None);
            var lines = exec.ReadLines(CancellationToken.None).SelectMany(batch => batch).Select(line => line.Text).ToList();
            return (Number: i, Line: Assert.Single(lines), ExitCode: exec.WaitForExit(CancellationToken.None));
        });
        Assert.All(outputs, output => Assert.Equal((output.Number.ToString(CultureInfo.InvariantCulture), output.Number), (output.Line, output.ExitCode)));
        TestEngine.Eventually(() => _test.Engine.Meter().Measure([Containers.Get(container.Id)])[0].Pids == 1, "processes are left");
    }

    [Theory]
    [InlineData("größe")]
    [InlineData("日本語")]
    [InlineData("🐳 whale")]
    [InlineData("עברית ‏rtl")]
    [InlineData("e\u0301 combining")]
    [InlineData("line\nbreak \"quoted\" \\ back")]
    [InlineData("\u0001 control \u007f")]
    public void Labels_environment_and_output_keep_any_text(string text)
    {
        var container = _test.Remember(Containers.Create(TestEngine.Settings("text", "sh", "-c", "echo \"$TEXT\"") with { Labels = new Dictionary<string, string> { [text] = text }, Environment = ["TEXT=" + text] }));
        using (var process = Containers.StartAttached(container.Id, input: false, CancellationToken.None))
        {
            Assert.Equal(text.Split('\n'), process.ReadLines(CancellationToken.None).SelectMany(batch => batch).Select(line => line.Text));
            Assert.Equal(0, process.WaitForExit(CancellationToken.None));
        }

        Assert.Equal(text, Containers.Get("text").Labels[text]);
        Assert.Equal(text.Split('\n'), Containers.ReadLog(container.Id, new LogOptions(), CancellationToken.None).Select(line => line.Text));
    }

    [Theory]
    [InlineData("größe"), InlineData("日本語"), InlineData("a/b"), InlineData("-a"), InlineData("a b"), InlineData(".."), InlineData("a\0b")]
    public void A_name_that_is_none_is_refused_before_anything_is_made(string name)
    {
        Assert.Throws<InvalidSettingException>(() => Containers.Create(TestEngine.Settings(name, "true")));
        _test.AssertNothingIsLeft();
    }

    // Each on a thread of its own: the pool's would come by and by, and be missed by other tests.
    private static T[] AtOnce<T>(int count, Func<int, T> action)
    {
        var results = new T[count];
        var errors = new Exception?[count];
        var threads = Enumerable.Range(0, count).Select(i => new Thread(() =>
        {
            try
            {
                results[i] = action(i);
            }
            catch (Exception e)
            {
                errors[i] = e;
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Assert.All(errors, Assert.Null);
        return results;
    }

    private Container Start(ContainerSettings settings) => Containers.Start(_test.Remember(Containers.Create(settings)).Id, CancellationToken.None);
}
