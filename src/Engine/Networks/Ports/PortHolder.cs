using System.Globalization;
using System.Net;

namespace ContainerPS.Engine.Networks;

/// <summary>Finds the program that has a port of the host, by the kernel's tables of sockets (man 5 proc) in the namespace of the calling thread.</summary>
internal static class PortHolder
{
    private const string Listening = "0A";

    /// <summary>The process that has the port, or another one that excludes it; null when none can be seen.</summary>
    /// <param name="protocol"><c>tcp</c>, <c>udp</c> or <c>sctp</c>.</param>
    /// <param name="address">Address of the host.</param>
    /// <param name="port">Its port.</param>
    /// <param name="tables">Where the tables are.</param>
    internal static (int Pid, string Program)? Find(string protocol, IPAddress address, int port, string tables = "/proc/thread-self/net")
    {
        var wanted = new IPEndPoint(address, port);
        var inode = protocol == "sctp" ? FindSctpSocket(wanted, tables) : FindSocket(protocol, wanted, tables);
        return inode is null ? null : FindProcess($"socket:[{inode}]");
    }

    private static string? FindSocket(string protocol, IPEndPoint wanted, string tables)
    {
        string? found = null;
        foreach (var table in (string[])[protocol, protocol + "6"])
        {
            foreach (var line in ReadLines(Path.Combine(tables, table)))
            {
                // sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode
                var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (fields.Length < 10 || fields[9] == "0" || !TryParse(fields[1], out var local) || !Excludes(local, wanted)) continue;
                if (protocol != "tcp" || fields[3] == Listening) return fields[9];
                found ??= fields[9];
            }
        }

        return found;
    }

    // Both families are in one table, with a socket's addresses in a row (net/sctp/proc.c).
    private static string? FindSctpSocket(IPEndPoint wanted, string tables)
    {
        foreach (var line in ReadLines(Path.Combine(tables, "sctp", "eps")))
        {
            // ENDPT SOCK STY SST HBKT LPORT UID INODE LADDRS
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length < 9 || !ushort.TryParse(fields[5], NumberStyles.None, CultureInfo.InvariantCulture, out var port)) continue;
            foreach (var text in fields[8..])
                if (IPAddress.TryParse(text, out var address) && Excludes(new IPEndPoint(address, port), wanted)) return fields[7];
        }

        return null;
    }

    // A socket of IPv6 for all addresses may be one of IPv4, too.
    private static bool Excludes(IPEndPoint local, IPEndPoint wanted)
    {
        if (local.Port != wanted.Port) return false;
        var address = local.Address.IsIPv4MappedToIPv6 ? local.Address.MapToIPv4() : local.Address;
        return IsAny(address) || IsAny(wanted.Address) || address.Equals(wanted.Address);

        static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
    }

    // Words of 32 bits in hexadecimal digits, each in the processor's order of bytes; a colon; the port.
    private static bool TryParse(string text, out IPEndPoint endpoint)
    {
        endpoint = new IPEndPoint(IPAddress.Any, 0);
        var colon = text.IndexOf(':');
        if (colon is not (8 or 32) || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var port)) return false;
        Span<byte> address = stackalloc byte[colon / 2];
        for (var word = 0; word < address.Length; word += 4)
        {
            if (!uint.TryParse(text.AsSpan(word * 2, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)) return false;
            BitConverter.TryWriteBytes(address[word..], value);
        }

        endpoint = new IPEndPoint(new IPAddress(address), port);
        return true;
    }

    private static (int Pid, string Program)? FindProcess(string socket)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)) continue;
            try
            {
                foreach (var descriptor in Directory.EnumerateFileSystemEntries(Path.Combine(folder, "fd")))
                {
                    if (new FileInfo(descriptor).LinkTarget == socket) return (pid, File.ReadAllText(Path.Combine(folder, "comm")).TrimEnd('\n'));
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It has ended meanwhile, or is none of this user's.
            }
        }

        return null;
    }

    private static IEnumerable<string> ReadLines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return []; // the kernel has no such protocol, or a folder of that name
        }
    }
}
