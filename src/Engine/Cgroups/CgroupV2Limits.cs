using System.Globalization;
using ContainerPS.Engine.Oci;
using Tmds.Linux;

namespace ContainerPS.Engine.Cgroups;

/// <summary>Writes limits, given in v1 units, to the files of v2 controllers; order and conversions as runc's.</summary>
internal static class CgroupV2Limits
{
    /// <summary>A quadratic function that takes 2, 1024 and 262144 shares to the weights 1, 100 and 10000; 0 stays 0 (not set).</summary>
    internal static ulong WeightOfShares(ulong shares)
    {
        if (shares == 0) return 0;
        if (shares <= 2) return 1;
        if (shares >= 262144) return 10000;
        var logarithm = Math.Log2(shares);
        var exponent = (((logarithm * logarithm) + (125 * logarithm)) / 612.0) - (7.0 / 34.0);
        return (ulong)Math.Ceiling(Math.Pow(10, exponent));
    }

    /// <summary>Block weights 10 to 1000 become 1 to 10000.</summary>
    internal static ulong WeightOfBlockIO(ushort weight) => weight == 0 ? 0 : 1 + ((Math.Clamp(weight, (ulong)10, 1000) - 10) * 9999 / 990);

    /// <summary>v1 limits memory and swap together, v2 swap alone; null when there is nothing to write.</summary>
    internal static long? SwapAlone(long? memory, long? both)
    {
        if (both is null or 0) return memory == -1 ? -1 : null;
        if (both == -1 || memory == -1) return both;
        if (memory is not > 0) throw new InvalidSpecException("linux.resources.memory.swap", "needs a limit of memory, too");
        if (both < memory) throw new InvalidSpecException("linux.resources.memory.swap", $"{both} must not be below the limit of memory, {memory}");
        return both - memory;
    }

    internal static void ApplyMemory(LimitWriter writer, string path, LinuxMemory memory)
    {
        CheckUsage(path, memory);

        // An update may change the limit with swap alone: the limit of memory is then the one that holds.
        var limit = memory.Limit is null or 0 && memory.Swap is > 0 ? Current(path + "/memory.max") : memory.Limit;
        if (SwapAlone(limit, memory.Swap) is { } swap)
        {
            var errno = writer.TryWrite(path + "/memory.swap.max", Max(swap));

            // Without swap accounting nothing is asked by "no limit" or "no swap beyond the memory".
            if (errno != 0 && !(errno == LibC.ENOENT && swap <= 0)) throw LimitWriter.Refusal("linux.resources.memory.swap", path + "/memory.swap.max", Max(swap), errno);
        }

        if (memory.Limit is { } bytes and not 0) writer.Write("linux.resources.memory.limit", path + "/memory.max", Max(bytes));
        if (memory.Reservation is { } reservation and not 0) writer.Write("linux.resources.memory.reservation", path + "/memory.low", Max(reservation));
    }

    internal static void ApplyCpu(LimitWriter writer, string path, LinuxCpu cpu)
    {
        if (cpu.RealtimePeriod is not (null or 0)) throw new InvalidSpecException("linux.resources.cpu.realtimePeriod", "is of cgroup v1; v2 has no real-time limits: leave it out");
        if (cpu.RealtimeRuntime is not (null or 0)) throw new InvalidSpecException("linux.resources.cpu.realtimeRuntime", "is of cgroup v1; v2 has no real-time limits: leave it out");
        if (cpu.Idle is { } idle) writer.Write("linux.resources.cpu.idle", path + "/cpu.idle", Number(idle), "It must be 0 or 1.");

        // An idle cgroup has no weight.
        if (cpu.Shares is { } shares and not 0 && cpu.Idle is null or 0) writer.Write("linux.resources.cpu.shares", path + "/cpu.weight", Number(WeightOfShares(shares)));
        var (quota, burst, later) = (cpu.Quota ?? 0, cpu.Burst is { } b ? Number(b) : "", false);
        if (burst.Length > 0)
        {
            // The kernel checks burst and quota together: what it refuses is tried again behind the quota.
            var errno = writer.TryWrite(path + "/cpu.max.burst", burst);
            later = errno == LibC.EINVAL && quota != 0;
            if (errno != 0 && !later) throw LimitWriter.Refusal("linux.resources.cpu.burst", path + "/cpu.max.burst", burst, errno, "It must not be above the quota.");
        }

        if (quota != 0 || cpu.Period is not (null or 0)) WriteQuota(writer, path, quota, cpu.Period ?? 0);
        if (later) writer.Write("linux.resources.cpu.burst", path + "/cpu.max.burst", burst, "It must not be above the quota.");
    }

    internal static void ApplyBlockIO(LimitWriter writer, string path, LinuxBlockIO io)
    {
        const string field = "linux.resources.blockIO.";
        if (io.LeafWeight is not (null or 0)) throw new InvalidSpecException(field + "leafWeight", "is of cgroup v1; v2 has no leaf weights: leave it out");
        if (io.Weight is { } weight and not 0) WriteWeight(writer, path, field + "weight", "", weight);
        for (var i = 0; i < io.WeightDevice?.Count; i++)
        {
            var device = io.WeightDevice[i];
            if (device.LeafWeight is not (null or 0)) throw new InvalidSpecException($"{field}weightDevice[{i}].leafWeight", "is of cgroup v1; v2 has no leaf weights: leave it out");
            if (device.Weight is { } own and not 0) WriteWeight(writer, path, $"{field}weightDevice[{i}].weight", string.Create(CultureInfo.InvariantCulture, $"{device.Major}:{device.Minor} "), own);
        }

        WriteRates(io.ThrottleReadBpsDevice, "throttleReadBpsDevice", "rbps");
        WriteRates(io.ThrottleWriteBpsDevice, "throttleWriteBpsDevice", "wbps");
        WriteRates(io.ThrottleReadIOPSDevice, "throttleReadIOPSDevice", "riops");
        WriteRates(io.ThrottleWriteIOPSDevice, "throttleWriteIOPSDevice", "wiops");

        void WriteRates(List<LinuxThrottleDevice>? devices, string name, string key)
        {
            for (var i = 0; i < devices?.Count; i++)
            {
                var rate = devices[i].Rate == 0 ? "max" : Number(devices[i].Rate);
                writer.Write($"{field}{name}[{i}]", path + "/io.max", string.Create(CultureInfo.InvariantCulture, $"{devices[i].Major}:{devices[i].Minor} {key}={rate}"), "It must be a whole block device that exists, not a partition.");
            }
        }
    }

    /// <summary>Files of v2 by name, each line of a value in a write of its own.</summary>
    internal static void ApplyUnified(LimitWriter writer, string path, Dictionary<string, string> files)
    {
        foreach (var (name, value) in files)
        {
            var field = FieldOfUnified(name);
            foreach (var line in value.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                var errno = writer.TryWrite($"{path}/{name}", line);
                if (errno == 0) continue;
                var controller = name[..name.IndexOf('.')];
                var isThere = controller == "cgroup" || (KernelFile.Read(path + "/cgroup.controllers") ?? "").Split((char[])[' ', '\n']).Contains(controller);
                throw LimitWriter.Refusal(field, $"{path}/{name}", line, errno, isThere ? null : $"The controller '{controller}' is not to be had here.");
            }
        }
    }

    /// <summary>The field of a key of <c>unified</c>, which is checked to be the name of a file.</summary>
    internal static string FieldOfUnified(string name)
    {
        var field = $"linux.resources.unified['{name}']";
        if (name.Length == 0 || name[0] == '.' || !name.Contains('.') || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-'))
            throw new InvalidSpecException(field, "must be the name of a file of cgroup v2, such as memory.high, without slashes");
        return field;
    }

    private static void CheckUsage(string path, LinuxMemory memory)
    {
        if (memory.CheckBeforeUpdate is not true || KernelFile.ReadNumber(path + "/memory.current") is not { } usage) return;
        if (memory.Swap is > 0 && usage >= memory.Swap) throw new InvalidSpecException("linux.resources.memory.swap", $"{memory.Swap} is not above the {usage} bytes in use");
        if (memory.Limit is > 0 && usage >= memory.Limit) throw new InvalidSpecException("linux.resources.memory.limit", $"{memory.Limit} is not above the {usage} bytes in use");
    }

    /// <summary>Quota and period are in one file: the one that is not given stays.</summary>
    private static void WriteQuota(LimitWriter writer, string path, long quota, ulong period)
    {
        var current = (KernelFile.Read(path + "/cpu.max") ?? "").Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        var quotaText = quota > 0 ? Number(quota) : quota < 0 || current.Length < 2 ? "max" : current[0];
        var periodText = period != 0 ? Number(period) : current.Length < 2 ? "100000" : current[1];
        writer.Write(quota != 0 ? "linux.resources.cpu.quota" : "linux.resources.cpu.period", path + "/cpu.max", $"{quotaText} {periodText}", "A period must be 1000 to 1000000 microseconds, a quota at least 1000.");
    }

    /// <summary>BFQ keeps v1's range in a file of its own; without it the weight is converted.</summary>
    private static void WriteWeight(LimitWriter writer, string path, string field, string device, ushort weight)
    {
        var errno = writer.TryWrite(path + "/io.bfq.weight", device + Number(weight));
        if (errno == LibC.ENOENT) writer.Write(field, path + "/io.weight", device + Number(WeightOfBlockIO(weight)));
        else if (errno != 0) throw LimitWriter.Refusal(field, path + "/io.bfq.weight", device + Number(weight), errno, "A weight is 1 to 1000.");
    }

    private static long? Current(string file) => KernelFile.ReadNumber(file) is { } value ? value == long.MaxValue ? -1 : value : null;

    private static string Max(long value) => value < 0 ? "max" : Number(value);

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Number(ulong value) => value.ToString(CultureInfo.InvariantCulture);
}
