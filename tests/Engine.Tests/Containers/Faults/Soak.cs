using System.Globalization;

namespace ContainerPS.Engine.Tests.Containers;

/// <summary>What one shell does in the soak: operations of a life cycle on a few containers that other shells use as well, at random by a seed.</summary>
internal static class Soak
{
    // What somebody else's work at the same moment makes of ours; anything else is a fault.
    private static readonly HashSet<string> s_expected =
        ["ContainerNotFound", "NameInUse", "InvalidContainerState"];

    internal static int Run(LocalEngine engine, int seed, int operations)
    {
        var random = new Random(seed);
        for (var i = 0; i < operations; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"soak{random.Next(8)}");
            var verb = random.Next(12);
            try
            {
                Do(engine, verb, name, random);
            }
            catch (ContainerEngineException e) when (s_expected.Contains(e.ErrorId) || (verb == 9 && e is InvalidSettingException))
            {
                // As it should be: two shells want different things of one container.
            }
            catch (Exception e)
            {
                Console.WriteLine($"operation {i}: {verb} {name}: {e}");
                return 1;
            }
        }

        return 0;
    }

    private static void Do(LocalEngine engine, int verb, string name, Random random)
    {
        var containers = engine.Containers;
        switch (verb)
        {
            case 0 or 1:
                containers.Create(TestEngine.Settings(name, "sh", "-c", "echo begun; exec sleep 1000") with { Restart = random.Next(3) == 0 ? new RestartPolicy(RestartMode.Always) : null });
                break;
            case 2 or 3:
                containers.Start(name, CancellationToken.None);
                break;
            case 4:
                containers.Stop(name, null, TimeSpan.FromMilliseconds(20), CancellationToken.None);
                break;
            case 5:
                containers.Kill(name, "SIGKILL");
                break;
            case 6:
                containers.Remove(name, force: random.Next(2) == 0, CancellationToken.None);
                break;
            case 7:
                using (var exec = containers.Exec(name, new ExecSettings { Command = ["true"] }, CancellationToken.None)) exec.WaitForExit(CancellationToken.None);
                break;
            case 8:
                containers.Suspend(name);
                containers.Resume(name);
                break;
            case 9:
                containers.Rename(name, name + "x");
                containers.Rename(name + "x", name);
                break;
            case 10:
                containers.Restart(name, null, TimeSpan.Zero, CancellationToken.None);
                break;
            default:
                foreach (var container in containers.List()) _ = container.State;
                break;
        }
    }
}
