using System.Globalization;
using ContainerPS.Engine.Cgroups;

namespace ContainerPS.Engine.Containers;

/// <summary>Bytes that went over the interfaces of a network namespace, loopback left out.</summary>
internal readonly record struct NetworkTraffic(long Received, long Sent)
{
    /// <summary>A container's; nothing when it is on the host's network, whose traffic is not its own.</summary>
    internal static NetworkTraffic Of(Container container, int pid) =>
        !container.Networks.Contains(NetworkMode.Host) && KernelFile.TryRead($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/net/dev", out var table) == 0 ? Parse(table) : default;

    /// <summary>Adds up a table such as <c>/proc/net/dev</c> (man 5 proc_pid_net).</summary>
    internal static NetworkTraffic Parse(ReadOnlySpan<char> table)
    {
        long received = 0, sent = 0;
        Span<Range> fields = stackalloc Range[10];
        foreach (var line in table.EnumerateLines())
        {
            // name: received bytes, packets, errors, dropped, fifo, frame, compressed, multicast; sent bytes …
            var colon = line.LastIndexOf(':');
            if (colon < 0 || line[..colon].Trim() is "lo") continue;
            var numbers = line[(colon + 1)..];
            if (numbers.Split(fields, ' ', StringSplitOptions.RemoveEmptyEntries) < 9) continue;
            received += Number(numbers[fields[0]]);
            sent += Number(numbers[fields[8]]);
        }

        return new NetworkTraffic(received, sent);
    }

    private static long Number(ReadOnlySpan<char> text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : 0;
}
