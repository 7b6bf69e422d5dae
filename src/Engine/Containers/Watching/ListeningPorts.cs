using System.Globalization;
using ContainerPS.Engine.Cgroups;

namespace ContainerPS.Engine.Containers;

/// <summary>The TCP ports on which programs listen in the network namespace of a process (man 5 proc_pid_net).</summary>
internal static class ListeningPorts
{
    private const string Listen = "0A";

    // 127.0.0.11, where our name service listens at whichever port, which is no program of the container.
    private const string NameService = "0B00007F:";

    /// <summary>True when one listens, on whichever address; false when the process is gone, too.</summary>
    internal static bool Has(int pid, int port)
    {
        var folder = $"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/net/";
        return Has(folder + "tcp", port) || Has(folder + "tcp6", port);
    }

    /// <summary>True when a table such as <c>/proc/net/tcp</c> has a listening socket with that port.</summary>
    internal static bool HasPort(ReadOnlySpan<char> table, int port)
    {
        Span<char> hex = stackalloc char[4];
        Span<Range> fields = stackalloc Range[5];
        port.TryFormat(hex, out _, "X4", CultureInfo.InvariantCulture);
        foreach (var line in table.EnumerateLines())
        {
            // sl  local_address rem_address   st …, the addresses as hexadecimal ADDRESS:PORT.
            var count = line.Split(fields, ' ', StringSplitOptions.RemoveEmptyEntries);
            if (count == 5 && line[fields[3]] is Listen && line[fields[1]].EndsWith(hex) && line[fields[1]][^5] == ':' && !line[fields[1]].StartsWith(NameService)) return true;
        }

        return false;
    }

    private static bool Has(string path, int port) => KernelFile.TryRead(path, out var table) == 0 && HasPort(table, port);
}
