using System.Globalization;
using ContainerPS.Engine.Oci;
using Tmds.Linux;

namespace ContainerPS.Engine.Cgroups;

/// <summary>Limits whose files are alike in both versions.</summary>
internal static class CommonLimits
{
    /// <summary>Number of processes; less than 0 is no limit.</summary>
    internal static void ApplyPids(LimitWriter writer, string path, LinuxPids pids)
    {
        if (pids.Limit is { } limit and not 0) writer.Write("linux.resources.pids.limit", path + "/pids.max", limit > 0 ? limit.ToString(CultureInfo.InvariantCulture) : "max");
    }

    /// <summary>Huge pages by size: those in use and, where the kernel can, those reserved.</summary>
    /// <param name="writer">Writes.</param>
    /// <param name="path">The directory.</param>
    /// <param name="limits">The limits.</param>
    /// <param name="suffix">How the files' names end: <c>max</c> or <c>limit_in_bytes</c>.</param>
    internal static void ApplyHugepages(LimitWriter writer, string path, List<LinuxHugepageLimit> limits, string suffix)
    {
        for (var i = 0; i < limits.Count; i++)
        {
            var field = $"linux.resources.hugepageLimits[{i}]";
            var (size, value) = (limits[i].PageSize, limits[i].Limit.ToString(CultureInfo.InvariantCulture));
            writer.Write(field, $"{path}/hugetlb.{size}.{suffix}", value, "The page size must be one that the kernel has, written as in /sys/fs/cgroup: 64KB, 2MB, 1GB.");
            var (reserved, errno) = ($"{path}/hugetlb.{size}.rsvd.{suffix}", 0);
            errno = writer.TryWrite(reserved, value);
            if (errno != 0 && errno != LibC.ENOENT) throw LimitWriter.Refusal(field, reserved, value, errno);
        }
    }

    /// <summary>RDMA handles and objects by device.</summary>
    internal static void ApplyRdma(LimitWriter writer, string path, Dictionary<string, LinuxRdma> devices)
    {
        foreach (var (device, limit) in devices)
        {
            var value = device;
            if (limit.HcaHandles is { } handles) value += string.Create(CultureInfo.InvariantCulture, $" hca_handle={handles}");
            if (limit.HcaObjects is { } objects) value += string.Create(CultureInfo.InvariantCulture, $" hca_object={objects}");
            if (value.Length > device.Length) writer.Write($"linux.resources.rdma['{device}']", path + "/rdma.max", value, "The RDMA device must exist.");
        }
    }

    /// <summary>What is asked and no kernel, or not this version of cgroups, can do.</summary>
    internal static void WarnOfIgnored(LimitWriter writer, LinuxResources resources, bool v2)
    {
        var memory = resources.Memory;
        if (memory?.Kernel is not null) writer.Warnings.Add("linux.resources.memory.kernel is ignored: the kernel no longer limits its own memory apart.");
        if (memory?.KernelTCP is not null) writer.Warnings.Add("linux.resources.memory.kernelTCP is ignored: the kernel no longer limits its own memory apart.");
        if (memory?.UseHierarchy is false) writer.Warnings.Add("linux.resources.memory.useHierarchy is ignored: accounting is always hierarchical.");
        if (v2 && memory?.DisableOOMKiller is true) writer.Warnings.Add("linux.resources.memory.disableOOMKiller is ignored: cgroup v2 cannot switch it off.");
        if (v2 && memory?.Swappiness is not (null or ulong.MaxValue)) writer.Warnings.Add("linux.resources.memory.swappiness is ignored: cgroup v2 has none.");
    }
}
