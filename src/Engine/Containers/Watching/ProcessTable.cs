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

    // The number of the field arg_end in /proc/PID/stat.
    private const int ArgumentsEnd = 49;

    // How long a process may take to execute its program before it is described as it is.
    private const int PatienceMilliseconds = 5000;

    private readonly DateTimeOffset _boot = DateTimeOffset.UtcNow - TimeSpan.FromMilliseconds(Environment.TickCount64);

    /// <summary>A process; null when it is gone.</summary>
    internal ContainerProcess? Describe(int pid)
    {
        var folder = $"/proc/{pid.ToString(CultureInfo.InvariantCulture)}";
        if (KernelFile.TryRead(folder + "/stat", out var stat) != 0 || KernelFile.TryRead(folder + "/status", out var status) != 0 || ReadCommand(folder) is not { } command) return null;

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

    // A process that is just executing its program has memory, but no arguments in it yet: the kernel notes their end last (man 5 proc_pid_stat, arg_end).
    private static string? ReadCommand(string folder)
    {
        var give = Environment.TickCount64 + PatienceMilliseconds;
        while (true)
        {
            if (KernelFile.TryRead(folder + "/cmdline", out var command) != 0) return null;
            if (command.Length > 0 || Environment.TickCount64 > give) return command;

            // What was read may be from before its program had begun.
            if (!IsExecuting(folder)) return KernelFile.TryRead(folder + "/cmdline", out command) == 0 ? command : null;
            Thread.Yield();
        }
    }

    private static bool IsExecuting(string folder) =>
        KernelFile.TryRead(folder + "/status", out var status) == 0 && Values(status, "VmSize:") is not []
        && KernelFile.TryRead(folder + "/stat", out var stat) == 0 && stat[(stat.LastIndexOf(')') + 2)..].Split(' ') is { Length: > ArgumentsEnd - 3 } fields && fields[ArgumentsEnd - 3] == "0";

    private static long FirstOf(string status, string key) => Values(status, key) is [var first, ..] ? first : 0;

    private static long LastOf(string status, string key, long otherwise) => Values(status, key) is [.., var last] ? last : otherwise;

    private static long[] Values(string status, string key)
    {
        foreach (var line in status.AsSpan().EnumerateLines())
            if (line.StartsWith(key)) return [.. line[key.Length..].ToString().Split((char[])['\t', ' '], StringSplitOptions.RemoveEmptyEntries).Select(text => long.TryParse(text, CultureInfo.InvariantCulture, out var value) ? value : 0)];
        return [];
    }
}
