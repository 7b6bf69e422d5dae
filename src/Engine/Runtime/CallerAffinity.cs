using ContainerPS.Engine.Linux;

namespace ContainerPS.Engine.Runtime;

/// <summary>The CPUs of the calling thread, which a child is made on: others for a while.</summary>
internal sealed unsafe class CallerAffinity : IDisposable
{
    private readonly byte[]? _before;

    /// <summary>Moves the thread to a list of CPUs, unless there is none.</summary>
    internal CallerAffinity(string? cpus)
    {
        const string field = "process.execCPUAffinity.initial";
        if (SchedulingPlanner.ParseCpus(cpus, field) is not { } mask) return;
        _before = new byte[SchedulingPlanner.MaximumCpu / 8];
        nint result;
        fixed (byte* bytes = _before) result = Syscall.sched_getaffinity(bytes, _before.Length);
        if (result >= 0) result = Set(mask);
        if (result < 0) throw new RuntimeStepException("set affinity", $"{field} {cpus}", (int)-result, "None of these CPUs is there for the runtime.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_before is not null) _ = Set(_before);
    }

    private static nint Set(byte[] mask)
    {
        fixed (byte* bytes = mask) return Syscall.sched_setaffinity(bytes, mask.Length);
    }
}
