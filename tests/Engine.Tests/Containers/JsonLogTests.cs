using System.Text;
using ContainerPS.Engine.Containers;

namespace ContainerPS.Engine.Tests.Containers;

public sealed class JsonLogTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Lines_come_back_with_stream_and_time()
    {
        var before = DateTimeOffset.UtcNow;
        Write((OutputStream.Stdout, "one\ntw"), (OutputStream.Stderr, "bad \"quoted\" \\ \t\u0001\n"), (OutputStream.Stdout, "o\r\n"));
        var lines = Read();
        Assert.Equal(["one", "bad \"quoted\" \\ \t\u0001", "two"], lines.Select(l => l.Text));
        Assert.Equal([OutputStream.Stdout, OutputStream.Stderr, OutputStream.Stdout], lines.Select(l => l.Stream));
        Assert.All(lines, l => Assert.InRange(l.Time, before.AddMilliseconds(-1), DateTimeOffset.UtcNow));
    }

    [Fact]
    public void Records_are_in_Dockers_form()
    {
        Write((OutputStream.Stdout, "hi\n"));
        Assert.Matches("""^\{"log":"hi\\n","stream":"stdout","time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z"\}\n$""", File.ReadAllText(_path));
    }

    [Theory]
    [InlineData(16 * 1024)]
    [InlineData(16 * 1024 - 1)]
    [InlineData(16 * 1024 + 1)]
    [InlineData(100_001)]
    public void Long_lines_are_split_in_the_file_and_whole_again_when_read(int length)
    {
        // Characters of one to four bytes, so that a split would fall into one.
        var text = new StringBuilder();
        while (text.Length < length) text.Append("aä€\U0001F600");
        Write((OutputStream.Stdout, text + "\nnext\n"));
        Assert.Equal([text.ToString(), "next"], Read().Select(l => l.Text));
        Assert.All(File.ReadLines(_path), line => Assert.True(line.Length < (JsonLogWriter.MostOfLine * 6) + 128));
    }

    [Fact]
    public void A_character_that_comes_in_two_pieces_stays_whole()
    {
        var bytes = Encoding.UTF8.GetBytes("€\n");
        using (var writer = Writer())
        {
            writer.Write(OutputStream.Stdout, bytes.AsSpan(0, 1));
            writer.Write(OutputStream.Stdout, bytes.AsSpan(1));
        }

        Assert.Equal("€", Assert.Single(Read()).Text);
    }

    [Fact]
    public void Bytes_that_are_no_text_become_replacement_characters()
    {
        using (var writer = Writer()) writer.Write(OutputStream.Stdout, [(byte)'a', 0xff, 0xc3, (byte)'b', (byte)'\n']);
        Assert.Equal("a\uFFFD\uFFFDb", Assert.Single(Read()).Text);
    }

    [Fact]
    public void A_last_line_without_end_is_a_line()
    {
        using (var writer = Writer())
        {
            writer.Write(OutputStream.Stdout, "no end"u8);
            writer.Complete();
        }

        Assert.Equal("no end", Assert.Single(Read()).Text);
    }

    [Fact]
    public void Damaged_records_are_passed_over()
    {
        Write((OutputStream.Stdout, "good\n"));
        File.AppendAllText(_path, "{\"log\":\"half\n\0\0\0\n{\"log\":\"also good\\n\",\"stream\":\"stdout\",\"time\":\"2026-01-01T00:00:00.000000000Z\"}\n");
        Assert.Equal(["good", "also good"], Read().Select(l => l.Text));
    }

    [Fact]
    public void Tail_since_and_until_choose_lines()
    {
        string[] records = [.. Enumerable.Range(1, 9).Select(i => $$"""{"log":"{{i}}\n","stream":"stdout","time":"2026-01-0{{i}}T00:00:00Z"}""")];
        File.WriteAllLines(_path, records);
        var day = (int d) => new DateTimeOffset(2026, 1, d, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal("8 9", Text(new LogOptions { Tail = 2 }));
        Assert.Equal("", Text(new LogOptions { Tail = 0 }));
        Assert.Equal("7 8 9", Text(new LogOptions { Since = day(7) }));
        Assert.Equal("1 2", Text(new LogOptions { Until = day(3) }));
        Assert.Equal("4", Text(new LogOptions { Since = day(2), Until = day(5), Tail = 1 }));
    }

    private string Text(LogOptions options) => string.Join(' ', LogQuery.Read(_path, options, monitor: null, CancellationToken.None).Select(l => l.Text));

    private JsonLogWriter Writer() => new(new RotatingFile(_path, mostSize: -1, mostFiles: 1));

    private void Write(params (OutputStream Stream, string Text)[] pieces)
    {
        using var writer = Writer();
        foreach (var (stream, text) in pieces) writer.Write(stream, Encoding.UTF8.GetBytes(text));
    }

    private List<ContainerLogLine> Read() => [.. LogQuery.Read(_path, new LogOptions(), monitor: null, CancellationToken.None)];
}
