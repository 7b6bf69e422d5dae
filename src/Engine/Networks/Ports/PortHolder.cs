using System.Globalization;
using System.Net;

namespace ContainerPS.Engine.Networks;

/// <summary>Finds the program that has a port of the host, by the kernel's tables of sockets (man 5 proc) in the namespace of the calling thread.</summary>
internal static class PortHolder
{
    private const string Listening = "0A";

    /// <summary>The process that has the port, or another one that excludes it; null when none can be seen.</summary>
    internal static (int Pid, string Program)? Find(string protocol, IPAddress address, int port)
    {
        var inode = FindSocket(protocol, new IPEndPoint(address, port));
        return inode is null ? null : FindProcess($"socket:[{inode}]");
    }

    private static string? FindSocket(string protocol, IPEndPoint wanted)
    {
        string? found = null;
        foreach (var table in (string[])[protocol, protocol + "6"])
        {
            foreach (var line in ReadLines($"/proc/thread-self/net/{table}"))
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
        catch (IOException)
        {
            return []; // the kernel has no such protocol
        }
    }
}
