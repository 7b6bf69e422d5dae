using ContainerPS.Engine.Tests.Runtime;

namespace ContainerPS.Engine.Tests.Containers;

/// <summary>Monitors that are killed at points all along their work.</summary>
internal static class KilledMonitor
{
    /// <summary>Does something with monitors that are killed at their n-th system call of those kinds; null when it succeeded.</summary>
    internal static ContainerEngineException? Run(TestEngine test, int call, string calls, bool follow, Action<LocalEngine> action)
    {
        // The tracer is a child that has none of the monitor's descriptors, so that the monitor's end is seen as without it.
        var program = Path.Combine(test.Folder, "killed");
        CProgram.Compile(
            $$"""
            #define _GNU_SOURCE
            #include <fcntl.h>
            #include <signal.h>
            #include <stdio.h>
            #include <string.h>
            #include <unistd.h>
            int main(int count, char **arguments)
            {
                char pid[16], status[4096];
                int file = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
                snprintf(pid, sizeof pid, "%d", getpid());
                if (fork() == 0)
                {
                    sigset_t none;
                    sigemptyset(&none);
                    sigprocmask(SIG_SETMASK, &none, 0);
                    close_range(0, 2, 0);
                    close_range(3, ~0u, 0);
                    execlp("strace", "strace", "-qq", "-o", "/dev/null", {{(follow ? "\"-f\", " : "")}}"-e", "trace={{calls}}", "-e", "inject={{calls}}:signal=KILL:when={{call}}", "-p", pid, (char *)0);
                    _exit(127);
                }
                do status[pread(file, status, sizeof status - 1, 0)] = 0;
                while (strstr(status, "TracerPid:\t0\n"));
                execv("{{RuncsProgram.Path}}", arguments);
                return 127;
            }
            """,
            program);
        try
        {
            action(LocalEngine.Open(test.Paths, program));
            return null;
        }
        catch (ContainerEngineException e)
        {
            return e;
        }
    }
}
