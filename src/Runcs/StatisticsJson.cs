using System.Text.Json;
using ContainerPS.Engine.Cgroups;

namespace ContainerPS.Runcs;

/// <summary>Writes statistics in the form of <c>runc events</c> (runc's types/events.go), which podman, containerd and others read.</summary>
internal static class StatisticsJson
{
    private static readonly string[] s_cpusetFlags =
    [
        "cpu_exclusive", "mem_hardwall", "mem_exclusive", "memory_migrate", "memory_spread_page", "memory_spread_slab", "memory_pressure", "sched_load_balance",
        "sched_relax_domain_level",
    ];

    internal static void Write(Utf8JsonWriter json, CgroupDetails details)
    {
        json.WriteStartObject();
        WriteCpu(json, details.Cpu);
        WriteCpuset(json, details.Cpuset);
        WriteMemory(json, details.Memory);
        json.WriteStartObject("pids"u8);
        WriteUnlessZero(json, "current", details.Pids);
        WriteUnlessZero(json, "limit", details.PidsLimit);
        json.WriteEndObject();
        WriteBlock(json, details.Block);
        json.WriteStartObject("hugetlb"u8);
        foreach (var (size, pages) in details.Hugepages)
        {
            json.WriteStartObject(size);
            WriteUnlessZero(json, "usage", pages.Usage);
            WriteUnlessZero(json, "max", pages.Peak);
            json.WriteNumber("failcnt"u8, pages.Failures);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteStartObject("intel_rdt"u8);
        json.WriteEndObject();
        json.WriteNull("network_interfaces"u8);
        json.WriteEndObject();
    }

    private static void WriteCpu(Utf8JsonWriter json, CpuDetails cpu)
    {
        json.WriteStartObject("cpu"u8);
        json.WriteStartObject("usage"u8);
        WriteUnlessZero(json, "total", cpu.Total);
        WriteNumbers(json, "percpu", cpu.PerCpu);
        WriteNumbers(json, "percpu_kernel", cpu.PerCpuKernel);
        WriteNumbers(json, "percpu_user", cpu.PerCpuUser);
        json.WriteNumber("kernel"u8, cpu.Kernel);
        json.WriteNumber("user"u8, cpu.User);
        json.WriteEndObject();
        json.WriteStartObject("throttling"u8);
        WriteUnlessZero(json, "periods", cpu.Periods);
        WriteUnlessZero(json, "throttledPeriods", cpu.ThrottledPeriods);
        WriteUnlessZero(json, "throttledTime", cpu.ThrottledTime);
        json.WriteEndObject();
        WritePressure(json, cpu.Pressure);
        json.WriteEndObject();
    }

    private static void WriteCpuset(Utf8JsonWriter json, CpusetDetails cpuset)
    {
        json.WriteStartObject("cpuset"u8);
        WriteNumbers(json, "cpus", cpuset.Cpus.Select(cpu => (ulong)cpu).ToList());
        WriteNumbers(json, "mems", cpuset.Mems.Select(mem => (ulong)mem).ToList());
        foreach (var name in s_cpusetFlags) json.WriteNumber(name, cpuset.Flags.GetValueOrDefault(name));
        json.WriteEndObject();
    }

    private static void WriteMemory(Utf8JsonWriter json, MemoryDetails memory)
    {
        json.WriteStartObject("memory"u8);
        WriteUnlessZero(json, "cache", memory.Cache);
        WriteCounter(json, "usage", memory.Usage);
        WriteCounter(json, "swap", memory.Swap);
        WriteCounter(json, "kernel", memory.Kernel);
        WriteCounter(json, "kernelTCP", memory.KernelTcp);
        if (memory.Raw.Count > 0)
        {
            json.WriteStartObject("raw"u8);
            foreach (var (name, value) in memory.Raw) json.WriteNumber(name, value);
            json.WriteEndObject();
        }

        WritePressure(json, memory.Pressure);
        json.WriteEndObject();
    }

    private static void WriteCounter(Utf8JsonWriter json, string name, MemoryCounter counter)
    {
        json.WriteStartObject(name);
        json.WriteNumber("limit"u8, counter.Limit);
        WriteUnlessZero(json, "usage", counter.Usage);
        WriteUnlessZero(json, "max", counter.Peak);
        json.WriteNumber("failcnt"u8, counter.Failures);
        json.WriteEndObject();
    }

    private static void WriteBlock(Utf8JsonWriter json, BlockDetails block)
    {
        json.WriteStartObject("blkio"u8);
        foreach (var (table, counters) in block.Tables)
        {
            if (counters.Count == 0) continue;
            json.WriteStartArray(table);
            foreach (var counter in counters)
            {
                json.WriteStartObject();
                WriteUnlessZero(json, "major", counter.Major);
                WriteUnlessZero(json, "minor", counter.Minor);
                if (counter.Operation.Length > 0) json.WriteString("op"u8, counter.Operation);
                WriteUnlessZero(json, "value", counter.Value);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        WritePressure(json, block.Pressure);
        json.WriteEndObject();
    }

    private static void WritePressure(Utf8JsonWriter json, PressureDetails? pressure)
    {
        if (pressure is null) return;
        json.WriteStartObject("psi"u8);
        WritePressure(json, "some", pressure.Some);
        WritePressure(json, "full", pressure.Full);
        json.WriteEndObject();
    }

    private static void WritePressure(Utf8JsonWriter json, string name, Pressure pressure)
    {
        json.WriteStartObject(name);
        json.WriteNumber("avg10"u8, pressure.Average10);
        json.WriteNumber("avg60"u8, pressure.Average60);
        json.WriteNumber("avg300"u8, pressure.Average300);
        json.WriteNumber("total"u8, pressure.Total);
        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IReadOnlyList<ulong> numbers)
    {
        if (numbers.Count == 0) return;
        json.WriteStartArray(name);
        foreach (var number in numbers) json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    private static void WriteUnlessZero(Utf8JsonWriter json, string name, ulong value)
    {
        if (value != 0) json.WriteNumber(name, value);
    }
}
