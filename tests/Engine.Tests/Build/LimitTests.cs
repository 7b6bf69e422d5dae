using System.Diagnostics;
using ContainerPS.Engine.Build;

namespace ContainerPS.Engine.Tests.Build;

/// <summary>Large Dockerfiles: read or refused within seconds, whatever else the machine does.</summary>
public class LimitTests
{
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("FROM a\nRUN b\n")]
    [InlineData("x")]
    [InlineData("# comment\n")]
    [InlineData("RUN \\\n")]
    [InlineData("ü")]
    public void Refuses_a_hundred_megabytes_at_once(string piece)
    {
        var block = string.Concat(Enumerable.Repeat(piece, 1 << 12));
        var text = string.Concat(Enumerable.Repeat(block, (100 << 20) / block.Length));
        var watch = Stopwatch.StartNew();
        var error = Written.Refused(text);
        Assert.Contains("16 MiB", error.Message);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, s_soon);
    }

    [Fact]
    public void Counts_bytes()
    {
        const string start = "FROM scratch\n# ";
        Assert.Single(Written.Parse(start + new string('x', Dockerfile.MaxBytes - start.Length)).Stages);
        _ = Written.Refused(start + new string('x', Dockerfile.MaxBytes - start.Length + 1));
        _ = Written.Refused(start + new string('ü', Dockerfile.MaxBytes / 2));
    }

    [Fact]
    public void Reads_and_checks_ten_thousand_steps_soon()
    {
        var context = new CheckContext { BuildPlatform = "linux/amd64" };
        var watch = Stopwatch.StartNew();
        var dockerfile = Written.Parse("FROM a\n" + string.Concat(Enumerable.Range(0, 10_000).Select(i => $"RUN --mount=type=cache,target=/c{i} echo {i} \\\n  && true\n")));
        Assert.Equal(10_000, dockerfile.Stages[0].Instructions.Count);
        Assert.Empty(DockerfileCheck.Run(dockerfile, context).Warnings);
        var variables = Written.Parse("FROM scratch\n" + string.Concat(Enumerable.Range(0, 10_000).Select(i => $"ENV V{i}=${{V{i - 1}:-x}}\n".Replace("V-1", "NONE"))));
        Assert.Single(DockerfileCheck.Run(variables, context).Warnings);
        var stages = Written.Parse(string.Concat(Enumerable.Range(0, 10_000).Select(i => $"FROM {(i == 0 ? "scratch" : $"s{i - 1}")} AS s{i}\n")));
        Assert.Empty(DockerfileCheck.Run(stages, context).Warnings);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, s_soon);
    }

    [Theory]
    [InlineData("FROM a\nRUN ", "x", "")]
    [InlineData("FROM a\nRUN ", "\\\n", "x")]
    [InlineData("FROM a\nRUN ", "\\\n#\n", "x")]
    [InlineData("FROM a\nENV", " a=b", "")]
    [InlineData("FROM a\nENV a=", "$x", "")]
    [InlineData("FROM a\nENV a=", "\\'", "")]
    [InlineData("FROM a\nARG", " a", "")]
    [InlineData("FROM a\nCOPY", " a", "")]
    [InlineData("FROM a\nRUN", " <<E", "")]
    [InlineData("FROM a\nRUN", " <", "")]
    [InlineData("FROM a\nRUN <<E\n", "E \n", "E")]
    [InlineData("FROM a\nCOPY <<E /f\n", "$a$b{", "\nE")]
    [InlineData("FROM a\nCMD [\"a\"", ",\"b\"", "]")]
    [InlineData("FROM a\nCMD ", "[", "")]
    [InlineData("FROM a\nRUN --mount=", "target=/a,", "x")]
    [InlineData("FROM a\nRUN", " --network=none", " x")]
    [InlineData("FROM a\nRUN --mount=target=/a", " --mount=target=/a", " x")]
    [InlineData("FROM a\n", "ONBUILD ", "RUN x")]
    [InlineData("FROM a\nLABEL a=\"", "${a:-", "\"")]
    [InlineData("FROM a\nCOPY ", "[a-", "] x")]
    [InlineData("FROM a\nCOPY --exclude=", "**/*", " a b")]
    [InlineData("", "# escape=\\\n", "FROM a")]
    [InlineData("", "#\n", "FROM a")]
    [InlineData("", "FROM a AS b\n", "")]
    [InlineData("FROM a AS b\n", "FROM b AS b\n", "")]
    public void Reads_or_refuses_long_repetitions_soon(string start, string piece, string end)
    {
        var text = start + string.Concat(Enumerable.Repeat(piece, 300_000 / piece.Length)) + end;
        var watch = Stopwatch.StartNew();
        try
        {
            _ = DockerfileCheck.Run(Written.Parse(text), new() { BuildPlatform = "linux/amd64" });
        }
        catch (DockerfileException e)
        {
            Written.Check(e, "Dockerfile");
        }

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, s_soon);
    }
}
