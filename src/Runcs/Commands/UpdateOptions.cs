using System.Globalization;
using ContainerPS.Engine.Containers;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Runcs;

/// <summary>Options of <c>update</c>: a document, or single limits, which count when there is no document.</summary>
internal sealed class UpdateOptions
{
    private readonly LinuxMemory _memory = new();
    private readonly LinuxCpu _cpu = new();
    private readonly LinuxBlockIO _blockIO = new();
    private readonly LinuxPids _pids = new();

    /// <summary>File with the document, or <c>-</c>; null without.</summary>
    internal string? ResourcesFile { get; private set; }

    /// <summary>What the single options ask for.</summary>
    internal LinuxResources Resources => new() { Memory = _memory, Cpu = _cpu, BlockIO = _blockIO, Pids = _pids };

    internal void Read(ArgumentReader reader)
    {
        while (reader.Option() is { } option)
        {
            switch (option)
            {
                case "--resources" or "-r": ResourcesFile = reader.Value(); break;
                case "--blkio-weight": _blockIO.Weight = (ushort)Number(reader, option, 0, 1000); break;
                case "--pids-limit": _pids.Limit = Number(reader, option, -1, long.MaxValue); break;
                case "--memory": _memory.Limit = Size(reader, option); break;
                case "--memory-reservation": _memory.Reservation = Size(reader, option); break;
                case "--memory-swap": _memory.Swap = Size(reader, option); break;
                case "--kernel-memory": _memory.Kernel = Size(reader, option); break;
                case "--kernel-memory-tcp": _memory.KernelTCP = Size(reader, option); break;
                case "--l3-cache-schema" or "--mem-bw-schema": throw new UsageException($"{option} is not supported: Intel RDT is left alone; leave the option out");
                default: ReadCpu(reader, option); break;
            }
        }
    }

    private void ReadCpu(ArgumentReader reader, string option)
    {
        switch (option)
        {
            case "--cpu-period": _cpu.Period = (ulong)Number(reader, option, 0, long.MaxValue); break;
            case "--cpu-quota": _cpu.Quota = Number(reader, option, long.MinValue, long.MaxValue); break;
            case "--cpu-burst": _cpu.Burst = (ulong)Number(reader, option, 0, long.MaxValue); break;
            case "--cpu-share": _cpu.Shares = (ulong)Number(reader, option, 0, long.MaxValue); break;
            case "--cpu-rt-period": _cpu.RealtimePeriod = (ulong)Number(reader, option, 0, long.MaxValue); break;
            case "--cpu-rt-runtime": _cpu.RealtimeRuntime = Number(reader, option, long.MinValue, long.MaxValue); break;
            case "--cpu-idle": _cpu.Idle = Number(reader, option, 0, 1); break;
            case "--cpuset-cpus": _cpu.Cpus = reader.Value(); break;
            case "--cpuset-mems": _cpu.Mems = reader.Value(); break;
            default: throw reader.Unknown();
        }
    }

    private static long Number(ArgumentReader reader, string option, long least, long most)
    {
        var text = reader.Value();
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new UsageException($"{option} needs a whole number{(least >= -1 ? $" from {least}" : "")}{(most < long.MaxValue ? $" to {most}" : "")}, not '{text}'");
    }

    private static long Size(ArgumentReader reader, string option) => ByteSize.ParseBinaryOrUnlimited(reader.Value(), option);
}
