using System.Security.Cryptography;

namespace ContainerPS.Engine.Tests.Runtime;

/// <summary>Attacks of a hostile container on processes that enter it, tried again and again while one runs: each has to fail.</summary>
public sealed class ExecAttackTests
{
    private const int Rounds = 300;

    // Opens the executable of every process for writing, in all the ways there are.
    private const string OverwriteSource = """
        #define _GNU_SOURCE
        #include <dirent.h>
        #include <errno.h>
        #include <fcntl.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <unistd.h>
        int main(void)
        {
            char path[64], link[64], name[256];
            dprintf(1, "begin\n");
            for (;;)
            {
                DIR *all = opendir("/proc");
                for (struct dirent *entry; (entry = readdir(all)); )
                {
                    if (atoi(entry->d_name) <= 1) continue;
                    snprintf(path, sizeof path, "/proc/%s/exe", entry->d_name);
                    ssize_t length = readlink(path, name, sizeof name - 1);
                    if (length < 0) continue;
                    name[length] = 0;
                    if (strncmp(name, "/bin/", 5) == 0) continue;
                    int fd = open(path, O_PATH | O_CLOEXEC);
                    if (fd < 0) continue;
                    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
                    int flags[] = { O_WRONLY, O_RDWR, O_WRONLY | O_TRUNC, O_WRONLY | O_APPEND };
                    for (int i = 0; i < 8; i++)
                    {
                        int writable = open(i < 4 ? link : path, flags[i % 4] | O_CLOEXEC);
                        if (writable < 0) continue;
                        dprintf(1, "%s: %s\n", write(writable, "#!/bin/evil\n", 12) == 12 ? "wrote" : "opened", name);
                        close(writable);
                    }
                    close(fd);
                }
                closedir(all);
            }
        }
        """;

    // Looks at every process that appears: its descriptors, directories and memory; attaches to it.
    private const string SpySource = """
        #define _GNU_SOURCE
        #include <dirent.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/ptrace.h>
        #include <sys/wait.h>
        #include <unistd.h>
        static unsigned long long own;
        static unsigned long long capabilities(const char *pid)
        {
            char path[64], line[256];
            unsigned long long result = 0;
            snprintf(path, sizeof path, "/proc/%s/status", pid);
            FILE *file = fopen(path, "r");
            if (!file) return 0;
            while (fgets(line, sizeof line, file)) sscanf(line, "CapPrm: %llx", &result);
            fclose(file);
            return result;
        }
        static void look(const char *path)
        {
            char target[512];
            ssize_t length = readlink(path, target, sizeof target - 1);
            if (length < 0) return;
            target[length] = 0;
            if (target[0] == '/') dprintf(1, "path %s\n", target);
        }
        int main(void)
        {
            char path[512];
            own = capabilities("self");
            dprintf(1, "begin\n");
            for (;;)
            {
                DIR *all = opendir("/proc");
                for (struct dirent *entry; (entry = readdir(all)); )
                {
                    int pid = atoi(entry->d_name);
                    if (pid <= 1) continue;
                    snprintf(path, sizeof path, "/proc/%d/fd", pid);
                    DIR *files = opendir(path);
                    if (files)
                    {
                        for (struct dirent *file; (file = readdir(files)); )
                        {
                            if (file->d_name[0] == '.') continue;
                            snprintf(path, sizeof path, "/proc/%d/fd/%s", pid, file->d_name);
                            look(path);
                        }
                        closedir(files);
                    }
                    snprintf(path, sizeof path, "/proc/%d/cwd", pid);
                    look(path);
                    snprintf(path, sizeof path, "/proc/%d/exe", pid);
                    look(path);
                    if (ptrace(PTRACE_SEIZE, pid, 0, 0) == 0)
                    {
                        unsigned long long others = capabilities(entry->d_name);
                        dprintf(1, "%s\n", others & ~own ? "MORE" : "attached");
                        ptrace(PTRACE_INTERRUPT, pid, 0, 0);
                        waitpid(pid, 0, __WALL);
                        ptrace(PTRACE_DETACH, pid, 0, 0);
                    }
                    waitpid(-1, 0, __WALL | WNOHANG);
                }
                closedir(all);
            }
        }
        """;

    /// <summary>CVE-2019-5736.</summary>
    [Fact]
    public void ProgramCannotBeOverwrittenFromInside()
    {
        var before = SHA256.HashData(File.ReadAllBytes(RuncsProgram.Path));
        using var container = Hostile(OverwriteSource);
        File.WriteAllText(Path.Combine(container.Rootfs, "bin/entry"), "#!/proc/self/exe\n");
        File.SetUnixFileMode(Path.Combine(container.Rootfs, "bin/entry"), (UnixFileMode)0x1ED);
        File.CreateSymbolicLink(Path.Combine(container.Rootfs, "bin/self"), "/proc/self/exe");
        container.RunDetached();
        AwaitBeginning(container);
        string[] programs = ["/bin/entry", "/proc/self/exe", "/bin/self"];
        for (var i = 0; i < 200; i++) _ = container.Exec(programs[i % programs.Length]);
        Assert.Equal(0, container.Runcs("delete", "--force", container.Id).ExitCode);

        // The sealed copy in memory may be opened for writing; that nothing can be written to it is what counts.
        var lines = File.ReadAllLines(Path.Combine(container.Folder, "out"));
        Assert.DoesNotContain(lines, l => l.StartsWith("wrote", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, l => l.StartsWith("opened", StringComparison.Ordinal) && !l.Contains("memfd", StringComparison.Ordinal));
        Assert.Equal(before, SHA256.HashData(File.ReadAllBytes(RuncsProgram.Path)));
    }

    /// <summary>CVE-2019-5736 by the first process: its program is the runtime's own.</summary>
    [Theory]
    [InlineData("/proc/self/exe")]
    [InlineData("/bin/entry")]
    [InlineData("/bin/self")]
    public void RuntimesOwnExecutableIsNotRunInside(string program)
    {
        var before = SHA256.HashData(File.ReadAllBytes(RuncsProgram.Path));
        using var container = new TestContainer(program, "--version");
        File.WriteAllText(Path.Combine(container.Rootfs, "bin/entry"), "#!/proc/self/exe\n");
        File.SetUnixFileMode(Path.Combine(container.Rootfs, "bin/entry"), (UnixFileMode)0x1ED);
        File.CreateSymbolicLink(Path.Combine(container.Rootfs, "bin/self"), "/proc/self/exe");
        for (var i = 0; i < 20; i++) _ = container.Run();
        Assert.Equal(before, SHA256.HashData(File.ReadAllBytes(RuncsProgram.Path)));
    }

    /// <summary>CVE-2016-9962: who enters shows nothing of the machine, and cannot be made to do more than it is to have.</summary>
    [Fact]
    public void ProcessThatEntersShowsNothingOfTheMachine()
    {
        using var container = Hostile(SpySource);
        container.RunDetached();
        AwaitBeginning(container);
        for (var i = 0; i < Rounds; i++) Assert.True(container.Exec("true").ExitCode is 0);
        Assert.Equal(0, container.Runcs("delete", "--force", container.Id).ExitCode);
        var lines = File.ReadAllLines(Path.Combine(container.Folder, "out")).Distinct().ToArray();
        Assert.DoesNotContain("MORE", lines);
        string[] inside = ["/", "/bin/busybox", "/dev/null"];
        Assert.All(lines.Where(l => l.StartsWith("path ", StringComparison.Ordinal)).Select(l => l[5..]), path => Assert.True(inside.Contains(path) || path.StartsWith("/memfd:", StringComparison.Ordinal), path));
    }

    /// <summary>CVE-2024-21626: no working directory leads outside, not by any descriptor and not by a link to one.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WorkingDirectoryThroughADescriptorIsRefused(bool byLink)
    {
        using var container = new TestContainer("sleep", "60");
        for (var fd = 3; fd <= 30; fd++) File.CreateSymbolicLink(Path.Combine(container.Rootfs, $"cwd{fd}"), $"/proc/self/fd/{fd}");
        container.RunDetached();
        for (var fd = 3; fd <= 30; fd++)
        {
            var result = container.Exec("--cwd", byLink ? $"/cwd{fd}" : $"/proc/self/fd/{fd}", "cat", "../../../../../../etc/hostname");
            Assert.NotEqual(0, result.ExitCode);
            Assert.Empty(result.Output);
        }
    }

    /// <summary>A container that may trace its own processes and runs a hostile program.</summary>
    private static TestContainer Hostile(string source)
    {
        var container = new TestContainer("/bin/hostile");
        CProgram.Compile(source, Path.Combine(container.Rootfs, "bin/hostile"));
        var capabilities = container.Spec.Process!.Capabilities!;
        foreach (var set in (List<string>[])[capabilities.Bounding!, capabilities.Effective!, capabilities.Permitted!]) set.Add("CAP_SYS_PTRACE");
        container.Spec.Linux!.Seccomp = null;
        return container;
    }

    private static void AwaitBeginning(TestContainer container)
    {
        var end = Environment.TickCount64 + 60_000;
        while (!File.ReadAllText(Path.Combine(container.Folder, "out")).StartsWith("begin", StringComparison.Ordinal)) Assert.True(Environment.TickCount64 < end);
    }
}
