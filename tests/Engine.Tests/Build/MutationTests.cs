using System.Diagnostics;
using System.Text;
using ContainerPS.Engine.Build;

namespace ContainerPS.Engine.Tests.Build;

/// <summary>Damaged and hostile Dockerfiles: an error of the one kind, or a Dockerfile, and soon.</summary>
public class MutationTests
{
    private const int Count = 20_000;

    private static readonly string[] s_pieces =
    [
        "\\", "\n", "\\\n", "\r\n", " ", "\t", "#", "'", "\"", "`", "$", "${", "}", "${A:-", "${A/", "${A%%", "$A", "<<EOF\n", "<<-'E'\n", "EOF", "[", "]", "[\"", "\"]", ",", "--", "=", "--mount=",
        "--from=", "type=cache,", "FROM ", "RUN ", "COPY ", "ENV ", "ARG ", "ONBUILD ", "HEALTHCHECK ", "AS ", "scratch", "\0", "\uFEFF", "\u00a0", "\ud800", "😀", "# escape=`\n", "# check=skip=all\n",
        "!", "**", "[^", "../..", ":",
    ];

    private static readonly CheckContext s_context = new()
    {
        BuildPlatform = "linux/amd64",
        Ignored = IgnoreFile.Parse("*.md\n**/x", ".dockerignore"),
        FindImage = name => name.Length % 2 == 0 ? new(new Dictionary<string, string> { ["A"] = "1" }, [], ["ENV B=$A"]) : null,
    };

    [Fact]
    public void Mutated_Dockerfiles_are_read_or_refused()
    {
        var random = new Random(7);
        var texts = Directory.GetFiles(CorpusTests.Folder, "Dockerfile", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(File.ReadAllText).ToArray();
        var (read, slowest) = (0, TimeSpan.Zero);
        for (var i = 0; i < Count; i++)
        {
            var text = Mutate(texts[random.Next(texts.Length)], texts, random);
            var watch = Stopwatch.StartNew();
            try
            {
                read += Use(text) ? 1 : 0;
            }
            catch (Exception e)
            {
                Assert.Fail($"Mutation {i}: {e}\n{text}");
            }

            slowest = watch.Elapsed > slowest ? watch.Elapsed : slowest;
        }

        Assert.InRange(read, Count / 20, Count - (Count / 20));
        Assert.InRange(slowest, TimeSpan.Zero, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void Cut_Dockerfiles_are_read_or_refused()
    {
        var read = 0;
        foreach (var file in Directory.GetFiles(CorpusTests.Folder, "Dockerfile", SearchOption.AllDirectories))
        {
            var text = File.ReadAllText(file);
            for (var length = 0; length < text.Length; length += 3)
                read += Use(text[..length]) ? 1 : 0;
        }

        Assert.InRange(read, 1, int.MaxValue);
    }

    [Fact]
    public void Noise_is_refused()
    {
        var random = new Random(11);
        for (var i = 0; i < 500; i++)
        {
            var bytes = new byte[random.Next(1, 400)];
            random.NextBytes(bytes);
            var noise = Encoding.Latin1.GetString(bytes);
            Assert.False(Use(noise));
            _ = Use("FROM a\n" + noise);
            _ = Use("FROM a\nRUN " + noise);
        }
    }

    // True when it is a Dockerfile. All that is done with one before a build is done with it.
    private static bool Use(string text)
    {
        Dockerfile dockerfile;
        try
        {
            dockerfile = Dockerfile.Parse(text, "Dockerfile");
        }
        catch (DockerfileException e)
        {
            Written.Check(e, "Dockerfile");
            return false;
        }

        var lines = text.AsSpan().Count('\n') + 1;
        _ = DockerfileCheck.Run(dockerfile, s_context);
        foreach (var stage in dockerfile.Stages)
        {
            foreach (var instruction in stage.Instructions)
            {
                Assert.InRange(instruction.Location.FirstLine, 1, lines);
                Assert.InRange(instruction.Location.LastLine, instruction.Location.FirstLine, lines);
                Expand(instruction, dockerfile.Directives.Escape);
            }
        }

        return true;
    }

    private static void Expand(Instruction instruction, char escape)
    {
        try
        {
            var expanded = Expander.Expand(instruction, Written.Variables("A=a/b", "PATH=/bin"), escape).Value;
            if (expanded is FileInstruction files)
            {
                foreach (var source in files.Sources)
                {
                    _ = PathGlob.Parse(source, instruction.Location).Matches("a/b");
                    _ = ParentsSource.Parse(source, instruction.Location).Pattern.MatchesOrParent("a/b");
                }

                _ = IgnoreFile.Of(files.Exclude, instruction.Location).IsIgnored("a/b");
            }
            else if (expanded is ExposeInstruction expose)
            {
                _ = ExposedPorts.Of(expose.Ports, instruction.Location);
            }
            else if (expanded is RunInstruction run)
            {
                _ = run.CommandUnder(["/bin/sh", "-c"]);
            }
            else if (expanded is OnBuildInstruction trigger)
            {
                _ = Dockerfile.ParseInstruction(trigger.Trigger, instruction.Location);
            }
        }
        catch (DockerfileException e)
        {
            Written.Check(e, "Dockerfile");
        }
    }

    private static string Mutate(string text, string[] texts, Random random)
    {
        var result = new StringBuilder(text);
        for (var i = random.Next(1, 6); i > 0; i--)
        {
            var at = random.Next(result.Length + 1);
            var length = Math.Min(random.Next(1, 20), result.Length - at);
            switch (random.Next(7))
            {
                case 0:
                    result.Remove(at, length);
                    break;
                case 1:
                    result.Insert(at, s_pieces[random.Next(s_pieces.Length)]);
                    break;
                case 2:
                    result.Insert(random.Next(result.Length + 1), result.ToString(at, length));
                    break;
                case 3 when at < result.Length:
                    result[at] = (char)random.Next(0, 300);
                    break;
                case 4:
                    result.Insert(at, string.Concat(Enumerable.Repeat(s_pieces[random.Next(s_pieces.Length)], random.Next(1, 200))));
                    break;
                case 5:
                    var other = texts[random.Next(texts.Length)];
                    var start = random.Next(other.Length);
                    result.Insert(at, other.Substring(start, Math.Min(random.Next(1, 200), other.Length - start)));
                    break;
                default:
                    result.Length = at;
                    break;
            }
        }

        return result.ToString();
    }
}
