using System.Text.Json;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Containers;

/// <summary>How a container is, and its last health checks: <c>health.json</c> in its run folder.</summary>
internal sealed record HealthRecord
{
    /// <summary>How many results are kept.</summary>
    internal const int MostResults = 5;

    public ContainerHealth Status { get; set; }

    /// <summary>Failures in a row.</summary>
    public int FailingStreak { get; set; }

    /// <summary>The last checks, oldest first.</summary>
    public List<HealthCheckResult> Results { get; set; } = [];

    /// <summary>Takes a result.</summary>
    /// <param name="check">What counts.</param>
    /// <param name="result">How the check went.</param>
    /// <param name="ageAtStart">Time from the container's start to the check's.</param>
    /// <returns>True when the status has changed.</returns>
    internal bool Add(HealthCheck check, HealthCheckResult result, TimeSpan ageAtStart)
    {
        var before = Status;
        Results.Add(result);
        if (Results.Count > MostResults) Results.RemoveAt(0);
        if (result.ExitCode == 0)
        {
            (Status, FailingStreak) = (ContainerHealth.Healthy, 0);
        }
        else if (Status != ContainerHealth.Starting || ageAtStart >= check.StartPeriod)
        {
            // A container that has been well once has started, even in its start period.
            FailingStreak++;
            if (FailingStreak >= check.Retries) Status = ContainerHealth.Unhealthy;
        }

        return Status != before;
    }

    /// <summary>The record of a running container; null when it has no health check.</summary>
    internal static HealthRecord? Read(StorePaths paths, string id)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(PathOf(paths, id)), RecordJson.Default.HealthRecord);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Replaces the record.</summary>
    internal void Write(StorePaths paths, string id) =>
        AtomicFile.Write(PathOf(paths, id), JsonSerializer.SerializeToUtf8Bytes(this, RecordJson.Default.HealthRecord), durable: false);

    private static string PathOf(StorePaths paths, string id) => Path.Combine(paths.RunOf(id), RunFiles.Health);
}
