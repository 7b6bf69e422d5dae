using System.Net;
using Microsoft.Win32.SafeHandles;

namespace ContainerPS.Engine.Networks;

/// <summary>The resolvers that are asked for names which are none of ours, and how (man 5 resolv.conf).</summary>
internal sealed record UpstreamOptions
{
    /// <summary>How long one is waited for before the next is asked. Shorter than a client's own five seconds, so that a client whose first resolver is silent has its answer in time.</summary>
    internal static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(2);

    /// <summary>How often each is asked.</summary>
    internal const int DefaultAttempts = 2;

    /// <summary>The resolvers, in the order in which they are asked.</summary>
    internal IReadOnlyList<IPEndPoint> Servers { get; init; } = [];

    /// <summary>The network namespace that they are asked from: a container's, which limits whom it reaches; null for that of the thread which asks.</summary>
    internal SafeFileHandle? From { get; init; }

    /// <summary><c>timeout</c>.</summary>
    internal TimeSpan Timeout { get; init; } = DefaultTimeout;

    /// <summary><c>attempts</c>.</summary>
    internal int Attempts { get; init; } = DefaultAttempts;

    /// <summary><c>rotate</c>: each query begins with the next resolver.</summary>
    internal bool Rotate { get; init; }

    /// <summary>
    /// Names of one label are not asked outside, but answered with NXDOMAIN, on which clients go on with their search domains. Docker does that when the
    /// user has set <c>ndots</c>.
    /// </summary>
    internal bool KeepSingleLabels { get; init; }
}
