using System.Diagnostics;

namespace ContainerPS.Peers.Tests;

/// <summary>Waits for what another engine does in its own time and tells nobody of.</summary>
internal static class Waiting
{
    /// <summary>Waits until a condition holds.</summary>
    internal static void Until(Func<bool> condition, string what, int timeoutSeconds = 120)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            if (watch.Elapsed.TotalSeconds > timeoutSeconds) throw new TimeoutException($"{what}: not so within {timeoutSeconds} s");
            Thread.Sleep(20);
        }
    }
}
