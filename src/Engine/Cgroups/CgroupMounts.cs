namespace ContainerPS.Engine.Cgroups;

/// <summary>Where the machine has its cgroup hierarchies: a controller is what is mounted, whatever directories there are besides.</summary>
internal sealed class CgroupMounts
{
    private readonly Dictionary<string, string> _v1 = [];

    /// <summary>v1 hierarchies: mount point by controller; named ones as <c>name=systemd</c>. Controllers mounted together share one.</summary>
    internal IReadOnlyDictionary<string, string> V1 => _v1;

    /// <summary>Mount point of the v2 hierarchy, or null.</summary>
    internal string? Unified { get; private set; }

    /// <summary>True when limits are set on v2: no v1 hierarchy has a controller.</summary>
    internal bool IsUnifiedOnly => Unified is not null && !_v1.Keys.Any(name => !name.StartsWith("name=", StringComparison.Ordinal));

    /// <summary>Reads <c>/proc/self/mountinfo</c>.</summary>
    internal static CgroupMounts Detect() => Parse(KernelFile.Read("/proc/self/mountinfo") ?? "");

    /// <summary>Finds the hierarchies in a text of the form of mountinfo (man 5 proc_pid_mountinfo).</summary>
    internal static CgroupMounts Parse(ReadOnlySpan<char> mountinfo)
    {
        var result = new CgroupMounts();
        foreach (var line in mountinfo.EnumerateLines())
        {
            var separator = line.IndexOf(" - cgroup");
            if (separator < 0) continue;

            // Before: id parent device root mount-point options …; after: type source super-options.
            var before = line[..separator];
            for (var field = 0; field < 4; field++) before = before[(before.IndexOf(' ') + 1)..];
            var space = before.IndexOf(' ');
            var path = Unescape(space < 0 ? before : before[..space]);
            var after = line[(separator + 3)..];
            if (after.StartsWith("cgroup2 ")) result.Unified ??= path;
            else if (after.StartsWith("cgroup ")) result.AddV1(after[(after.LastIndexOf(' ') + 1)..], path);
        }

        return result;
    }

    private void AddV1(ReadOnlySpan<char> options, string path)
    {
        foreach (var range in options.Split(','))
        {
            var option = options[range];
            var isController = option is "cpu" or "cpuacct" or "cpuset" or "memory" or "devices" or "freezer" or "blkio" or "pids"
                or "hugetlb" or "net_cls" or "net_prio" or "perf_event" or "rdma" or "misc";
            if (isController || option.StartsWith("name=")) _v1.TryAdd(option.ToString(), path);
        }
    }

    /// <summary>Space, tab, newline and backslash are written as octal numbers.</summary>
    private static string Unescape(ReadOnlySpan<char> text)
    {
        if (!text.Contains('\\')) return text.ToString();
        var result = new System.Text.StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 3 < text.Length)
            {
                result.Append((char)(((text[i + 1] - '0') << 6) | ((text[i + 2] - '0') << 3) | (text[i + 3] - '0')));
                i += 3;
            }
            else
            {
                result.Append(text[i]);
            }
        }

        return result.ToString();
    }
}
