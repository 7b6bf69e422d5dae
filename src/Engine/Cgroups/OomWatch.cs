using System.Globalization;
using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Cgroups;

/// <summary>Tells when a cgroup runs out of memory: by an eventfd of v1 (kernel documentation, cgroup-v1/memory), or by <c>memory.events</c> of v2.</summary>
internal sealed unsafe class OomWatch : IDisposable
{
    private readonly SafeFileHandle? _eventFd;
    private readonly KernelEvents? _events;
    private readonly string _directory;
    private long _kills;

    private OomWatch(string directory, SafeFileHandle? eventFd, KernelEvents? events)
    {
        (_directory, _eventFd, _events) = (directory, eventFd, events);
        if (events is not null) _kills = KernelFile.NumberOf(events.Read(), "oom_kill");
    }

    /// <summary>Listens to the directory of v1's memory hierarchy.</summary>
    internal static OomWatch OfV1(string directory)
    {
        var fd = KernelFile.Open(directory + "/memory.oom_control", LibC.O_RDONLY);
        if (fd < 0) throw new RuntimeStepException("open", directory + "/memory.oom_control", -fd);
        using var control = new SafeFileHandle(fd, ownsHandle: true);
        var eventFd = new SafeFileHandle(Syscall.eventfd(0), ownsHandle: true);
        try
        {
            KernelFile.Write(directory + "/cgroup.event_control", string.Create(CultureInfo.InvariantCulture, $"{eventFd.Number()} {fd}"));
            return new OomWatch(directory, eventFd, null);
        }
        catch
        {
            eventFd.Dispose();
            throw;
        }
    }

    /// <summary>Listens to a directory of v2; null when it has no memory controller.</summary>
    internal static OomWatch? OfV2(string directory) => KernelEvents.TryOpen(directory + "/memory.events") is { } events ? new OomWatch(directory, null, events) : null;

    /// <summary>What poll is asked for.</summary>
    internal Syscall.PollFd ToPoll() => _events?.ToPoll() ?? new() { fd = _eventFd!.Number(), events = Syscall.POLLIN };

    /// <summary>True when memory has run out since this was asked last.</summary>
    internal bool Take()
    {
        if (_events is not null)
        {
            var kills = KernelFile.NumberOf(_events.Read(), "oom_kill");
            if (kills <= _kills) return false;
            _kills = kills;
            return true;
        }

        // The end of the cgroup is told in the same way.
        ulong count;
        return Syscall.read(_eventFd!.Number(), &count, sizeof(ulong)) == sizeof(ulong) && Directory.Exists(_directory);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _eventFd?.Dispose();
        _events?.Dispose();
    }
}
