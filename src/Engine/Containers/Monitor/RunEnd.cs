using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Containers;

/// <summary>Records how a run ended and decides what comes next. The caller holds the container's lock.</summary>
internal static class RunEnd
{
    /// <summary>Records the end.</summary>
    /// <returns>How it is started again; null when it is not, and the run folder is gone.</returns>
    internal static RestartState? Record(StorePaths paths, RecordStore records, string id, RunRecord lastRun, TimeSpan ran, RestartState restarts, RunEnding ending)
    {
        // A shell may have renamed or changed it meanwhile: the record is read again.
        TimeSpan? delay = null;
        var record = records.Read(id);
        if (record is not null)
        {
            var stopped = StopMark.IsSet(paths, id);
            delay = ending switch
            {
                RunEnding.WithMonitor => null,
                RunEnding.ForRestart when !stopped => RestartDecision.Next(ran, restarts.Delay),
                _ => RestartDecision.Delay(record.Settings.Restart, lastRun.ExitCode ?? 0, stopped, ran, restarts.Delay, restarts.Count),
            };
            record.LastRun = lastRun;
            record.IsStopped = stopped;
            record.RestartCount = restarts.Count + (delay is null ? 0 : 1);
            records.Write(record);
        }

        RunMark.Delete(paths, id);
        if (delay is null)
        {
            if (record is not null) ContainerVolumes.Of(paths, records).Release(record);
            TreeRemover.Remove(paths.RunOf(id));
            return null;
        }

        var next = new RestartState(restarts.Count + 1, delay.Value);
        MonitorRecord.OfRestart(lastRun.StartedAt, next).Write(paths, id);
        return next;
    }

    /// <summary>A container that waits to be started again is not: what is in the run folder goes.</summary>
    internal static void Abandon(StorePaths paths, RecordStore records, string id)
    {
        if (records.Read(id) is { } record)
        {
            ContainerVolumes.Of(paths, records).Release(record);
            record.IsStopped = StopMark.IsSet(paths, id);
            if (record.IsStopped) records.Write(record);
        }

        TreeRemover.Remove(paths.RunOf(id));
    }
}
