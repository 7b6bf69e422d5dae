using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Build;

/// <summary>Times of the steps of an image. Those that made layers have theirs; the others get the first of a new layer, and after that the one before them: the same steps give the same image.</summary>
internal static class HistoryTimes
{
    /// <summary>The history with all times.</summary>
    /// <param name="history">The history.</param>
    /// <param name="latest">The one time of all new steps, in seconds since 1970 (SOURCE_DATE_EPOCH); null for none.</param>
    internal static List<History> Fill(IReadOnlyList<History> history, long? latest)
    {
        // The first time after one that is missing, or else the last there is.
        DateTimeOffset? created = latest is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
        var isMissing = false;
        foreach (var step in history)
        {
            if (latest is not null) break;
            if (step.Created is null)
            {
                isMissing = true;
                continue;
            }

            created = step.Created;
            if (isMissing) break;
        }

        var filled = new List<History>(history.Count);
        var isNew = false;
        foreach (var step in history)
        {
            if (step.Created is null)
            {
                isNew = true;
                filled.Add(step with { Created = created });
                continue;
            }

            if (isNew && latest is null) created = step.Created;
            filled.Add(step);
        }

        return filled;
    }
}
