namespace ContainerPS.Peers.Tests;

/// <summary>Shell commands that print a container's limits from the inside, on either hierarchy.</summary>
internal static class CgroupFiles
{
    internal const string Memory = "cat /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null || cat /sys/fs/cgroup/memory.max";
    internal const string Pids = "cat /sys/fs/cgroup/pids/pids.max 2>/dev/null || cat /sys/fs/cgroup/pids.max";
    internal const string Quota = "cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us 2>/dev/null || cut -d ' ' -f 1 /sys/fs/cgroup/cpu.max";
}
