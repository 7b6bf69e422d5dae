namespace ContainerPS.Engine.Containers;

/// <summary>Whether, and after what time, a container is started again; as Docker decides it.</summary>
internal static class RestartDecision
{
    private static readonly TimeSpan s_firstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longestDelay = TimeSpan.FromMinutes(1);

    /// <summary>A run of this time was a good one: the next delay is the first again.</summary>
    private static readonly TimeSpan s_goodRun = TimeSpan.FromSeconds(10);

    /// <summary>The time until the next start, or null when there is none.</summary>
    /// <param name="policy">The container's policy.</param>
    /// <param name="exitCode">How it has ended.</param>
    /// <param name="stopped">True when somebody stopped it.</param>
    /// <param name="ran">For how long it ran.</param>
    /// <param name="last">The time before this run, zero for the first.</param>
    /// <param name="restarts">How often the policy has started it.</param>
    internal static TimeSpan? Delay(RestartPolicy? policy, int exitCode, bool stopped, TimeSpan ran, TimeSpan last, int restarts)
    {
        if (stopped) return null;
        var wanted = policy?.Mode switch
        {
            RestartMode.Always or RestartMode.UnlessStopped => true,
            RestartMode.OnFailure => exitCode != 0 && (policy.MaximumRetries == 0 || restarts < policy.MaximumRetries),
            _ => false,
        };
        return wanted ? Next(ran, last) : null;
    }

    /// <summary>The time until the next start of a container that is to be started again.</summary>
    internal static TimeSpan Next(TimeSpan ran, TimeSpan last) =>
        ran >= s_goodRun || last == TimeSpan.Zero ? s_firstDelay : last * 2 < s_longestDelay ? last * 2 : s_longestDelay;

    /// <summary>True when a container that does not run is to be started with the engine or the machine: one that has been started before.</summary>
    internal static bool IsWantedAtBoot(RestartPolicy? policy, RunRecord? lastRun, bool stopped) => lastRun is not null && policy?.Mode switch
    {
        RestartMode.Always => true,
        RestartMode.UnlessStopped => !stopped,
        RestartMode.OnFailure => !stopped && lastRun.ExitCode != 0,
        _ => false,
    };
}
