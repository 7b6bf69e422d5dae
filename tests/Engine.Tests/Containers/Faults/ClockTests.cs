using ContainerPS.Engine.Tests.Images;
using ContainerPS.Engine.Tests.Runtime;

namespace ContainerPS.Engine.Tests.Containers;

/// <summary>The machine's clock is set while a container runs.</summary>
public sealed class ClockTests
{
    [Theory]
    [InlineData(-86400)]
    [InlineData(86400)]
    public void Health_checks_and_the_end_go_on_when_the_clock_jumps(int seconds)
    {
        var folder = Directory.CreateTempSubdirectory("containerps-clock-").FullName;
        try
        {
            var (library, jump, program) = (Path.Combine(folder, "clock.so"), Path.Combine(folder, "jump"), Path.Combine(folder, "runcs"));
            var source = Path.Combine(folder, "clock.c");
            File.WriteAllText(source, $$"""
                #include <time.h>
                #include <unistd.h>
                #include <sys/syscall.h>
                int clock_gettime(clockid_t clock, struct timespec *time)
                {
                    int result = syscall(SYS_clock_gettime, clock, time);
                    if (clock == CLOCK_REALTIME && access("{{jump}}", F_OK) == 0) time->tv_sec += {{seconds}};
                    return result;
                }
                """);
            TestStore.Run("gcc", "-shared", "-fPIC", "-o", library, source);
            CProgram.Compile(
                $$"""
                #include <stdlib.h>
                #include <unistd.h>
                int main(int count, char **arguments)
                {
                    setenv("LD_PRELOAD", "{{library}}", 1);
                    execv("{{RuncsProgram.Path}}", arguments);
                    return 127;
                }
                """,
                program);
            using var test = new TestEngine(program);
            var containers = test.Engine.Containers;
            var container = containers.Start(
                containers.Create(TestEngine.Settings("clock", "sleep", "1000") with { HealthCommand = ["CMD", "true"], HealthInterval = TimeSpan.FromMilliseconds(100) }).Id,
                CancellationToken.None);
            TestEngine.Eventually(() => containers.Get(container.Id).HealthResults.Count > 0, "it is checked");
            File.WriteAllText(jump, "");
            var expected = DateTimeOffset.UtcNow.AddSeconds(seconds);
            TestEngine.Eventually(() => containers.Get(container.Id).HealthResults.Count(result => (result.End - expected).Duration() < TimeSpan.FromHours(1)) > 2, "it is checked after the jump");
            Assert.Equal(ContainerHealth.Healthy, containers.Get(container.Id).Health);
            containers.Stop(container.Id, null, TimeSpan.Zero, CancellationToken.None);
            Assert.Equal(137, containers.Get(container.Id).ExitCode);
            containers.Remove(container.Id, force: false, CancellationToken.None);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
