using System.Globalization;
using ContainerPS.Engine.Cgroups;

namespace ContainerPS.Engine.Containers;

/// <summary>Describes processes by what the kernel tells of them (man 5 proc_pid_stat, proc_pid_status).</summary>
/// <param name="container">Name of the container they belong to.</param>
/// <param name="users">Names of its users.</param>
internal sealed class ProcessTable(string container, UserDatabase users)
{
    // USER_HZ, which is 100 on every processor we run on.
    private const long TicksOfClock = TimeSpan.TicksPerSecond / 100;

    private readonly DateTimeOffset _boot = DateTimeOffset.UtcNow - TimeSpan.FromMilliseconds(Environment.TickCount64);

    /// <summary>A process; null when it is gone.</summary>
    internal ContainerProcess? Describe(int pid)
    {
        var folder = $"/proc/{pid.ToString(CultureInfo.InvariantCulture)}";
        if (KernelFile.TryRead(folder + "/stat", out var stat) != 0 || KernelFile.TryRead(folder + "/status", out var status) != 0 || KernelFile.TryRead(folder + "/cmdline", out var command) != 0) return null;

        // The name in parentheses may hold anything; fields are counted from the last one on, the state is field 3.
        var open = stat.IndexOf('(');
        var close = stat.LastIndexOf(')');
        if (open < 0 || close < open) return null;
        var fields = stat[(close + 2)..].Split(' ');
        if (fields.Length < 22) return null;
        var uid = FirstOf(status, "Uid:");
        return new ContainerProcess
        {
            Container = container,
            Pid = pid,
            ContainerPid = (int)LastOf(status, "NSpid:", pid),
            ParentPid = (int)Field(4),
            User = users.NameOf((uint)uid) ?? uid.ToString(CultureInfo.InvariantCulture),
            UserId = uid,
            State = fields[0][0],
            Threads = (int)Field(20),
            StartedAt = _boot + TimeSpan.FromTicks(Field(22) * TicksOfClock),
            CpuTime = TimeSpan.FromTicks((Field(14) + Field(15)) * TicksOfClock),
            Memory = FirstOf(status, "VmRSS:") * 1024,
            Command = command.Length == 0 ? $"[{stat[(open + 1)..close]}]" : command.TrimEnd('\0').Replace('\0', ' '),
        };

        long Field(int number) => number - 3 < fields.Length && long.TryParse(fields[number - 3], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : 0;
    }

    private static long FirstOf(string status, string key) => Values(status, key) is [var first, ..] ? first : 0;

    private static long LastOf(string status, string key, long otherwise) => Values(status, key) is [.., var last] ? last : otherwise;

    private static long[] Values(string status, string key)
    {
        foreach (var line in status.AsSpan().EnumerateLines())
            if (line.StartsWith(key)) return [.. line[key.Length..].ToString().Split((char[])['\t', ' '], StringSplitOptions.RemoveEmptyEntries).Select(text => long.TryParse(text, CultureInfo.InvariantCulture, out var value) ? value : 0)];
        return [];
    }
}
