using System.Diagnostics;
using System.Globalization;

namespace ContainerPS.Engine.Tests.Runtime;

/// <summary>Many containers, one after another and at once: nothing grows, nothing is left.</summary>
public sealed class ManyContainersTests
{
    [Fact]
    public void FiveHundredOneAfterAnotherLeaveNothing()
    {
        using var container = new TestContainer("true");
        var bundle = container.WriteSpec();
        for (var i = 0; i < 500; i++)
        {
            var result = Script(container, $"runcs create --bundle '{bundle}' {container.Id}-{i} && runcs start {container.Id}-{i} && runcs delete --force {container.Id}-{i}");
            Assert.True(result.ExitCode == 0, result.Errors);
        }

        AssertNothingIsLeft(container);
    }

    [Fact]
    public void TwoHundredAtOnceRunAndAreRemoved()
    {
        using var container = new TestContainer("sleep", "1000");
        var bundle = container.WriteSpec();
        var ids = Enumerable.Range(0, 200).Select(i => $"{container.Id}-{i}").ToArray();
        try
        {
            var result = Script(container, $"for id in {string.Join(' ', ids)}; do runcs run --detach --bundle '{bundle}' $id || exit 1; done");
            Assert.True(result.ExitCode == 0, result.Errors);
            Assert.Equal(ids.Order(StringComparer.Ordinal), Listed(container, "running"));
            Assert.Equal(0, Script(container, $"for id in {string.Join(' ', ids)}; do runcs kill $id KILL || exit 1; done").ExitCode);
            var watch = Stopwatch.StartNew();
            while (Listed(container, "stopped").Length < ids.Length) Assert.True(watch.Elapsed.TotalSeconds < 60, "they do not end");
            Assert.Equal(0, container.Runcs(["delete", .. ids]).ExitCode);
            Assert.Empty(Listed(container, ""));
            AssertNothingIsLeft(container);
        }
        finally
        {
            _ = container.Runcs(["delete", "--force", .. ids]);
        }
    }

    [Theory]
    [InlineData("run")]
    [InlineData("run", "--detach")]
    [InlineData("create")]
    public void StartTakesLittleMemory(params string[] command)
    {
        using var container = new TestContainer("true");
        var (program, output) = (Path.Combine(container.Folder, "peak"), Path.Combine(container.Folder, "size"));
        CProgram.Compile(PeakSource, program);
        var arguments = string.Join(' ', command);
        var result = Script(container, $"'{program}' '{RuncsProgram.Path}' --root '{container.StateRoot}' {arguments} --bundle '{container.WriteSpec()}' {container.Id} 3>'{output}'");
        Assert.True(result.ExitCode == 0, result.Errors);
        Assert.InRange(int.Parse(File.ReadAllText(output), CultureInfo.InvariantCulture), 1, 8 * 1024);
    }

    /// <summary>Runs a shell script that knows runcs with the container's state; containers it starts hold none of our pipes.</summary>
    private static RunResult Script(TestContainer container, string script)
    {
        var errors = Path.Combine(container.Folder, "errors");
        var result = RuncsProgram.Run("/bin/sh", ["-c", $"exec </dev/null >/dev/null 2>'{errors}'; runcs() {{ '{RuncsProgram.Path}' --root '{container.StateRoot}' \"$@\"; }}; {script}"]);
        return result with { Errors = File.ReadAllText(errors) };
    }

    private static string[] Listed(TestContainer container, string status) =>
        [.. container.Runcs("list").Lines.Skip(1).Where(l => l.Contains(status, StringComparison.Ordinal)).Select(l => l.Split(' ')[0]).Order(StringComparer.Ordinal)];

    private static void AssertNothingIsLeft(TestContainer container)
    {
        Assert.Empty(Directory.GetFileSystemEntries(container.StateRoot));
        foreach (var hierarchy in Directory.GetDirectories("/sys/fs/cgroup").Append("/sys/fs/cgroup"))
            if (Directory.Exists($"{hierarchy}/containerps")) Assert.Empty(Directory.GetDirectories($"{hierarchy}/containerps", container.Id + "*"));
        Assert.DoesNotContain(File.ReadLines("/proc/self/mountinfo"), line => line.Contains(container.Folder, StringComparison.Ordinal));
    }

    // Says at descriptor 3 how many kilobytes of memory a program had at most. It is small itself: what a process had before execve counts, too.
    private const string PeakSource = """
        #include <stdio.h>
        #include <sys/resource.h>
        #include <sys/wait.h>
        #include <unistd.h>
        int main(int count, char **arguments)
        {
            int status;
            struct rusage usage;
            pid_t pid = fork();
            if (pid == 0) { close(3); execv(arguments[1], arguments + 1); _exit(127); }
            if (wait4(pid, &status, 0, &usage) != pid) return 1;
            dprintf(3, "%ld", usage.ru_maxrss);
            return WEXITSTATUS(status);
        }
        """;
}
