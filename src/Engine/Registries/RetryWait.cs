using System.Net;

namespace ContainerPS.Engine.Registries;

/// <summary>When to try again, and how long to wait before.</summary>
internal static class RetryWait
{
    /// <summary>True for the answers of a server that may answer otherwise in a moment.</summary>
    internal static bool IsPassing(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    /// <summary>The time before the next try: what the server asks for, otherwise twice as long as the last time, give or take a little; null when the server asks for more than anybody would wait.</summary>
    internal static TimeSpan? Before(int attempt, HttpResponseMessage? response, TransferLimits limits)
    {
        if (response?.Headers.RetryAfter is { } after)
        {
            var asked = after.Delta ?? (after.Date is { } date ? date - DateTimeOffset.UtcNow : TimeSpan.Zero);
            if (asked > limits.LongestDelay) return null;
            if (asked > TimeSpan.Zero) return asked;
        }

        var delay = limits.FirstDelay * Math.Pow(2, attempt) * (0.8 + (0.4 * Random.Shared.NextDouble()));
        return delay < limits.LongestDelay ? delay : limits.LongestDelay;
    }

    /// <summary>Waits, unless it is cancelled.</summary>
    internal static void Wait(TimeSpan time, CancellationToken cancellation)
    {
        cancellation.WaitHandle.WaitOne(time);
        cancellation.ThrowIfCancellationRequested();
    }
}
