using System.Globalization;
using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Cgroups;

/// <summary>What both versions do with a cgroup's directory and those below it.</summary>
internal static unsafe class CgroupTree
{
    private const int PatienceMilliseconds = 10_000;

    /// <summary>Makes a directory and those above it, below <paramref name="mount"/>; each new one is handed to <paramref name="made"/>, top first.</summary>
    internal static void Make(string mount, string path, Action<string>? made)
    {
        var errno = KernelFile.TryMakeDirectory(mount + path);
        if (errno == LibC.ENOENT && path.LastIndexOf('/') > 0)
        {
            Make(mount, path[..path.LastIndexOf('/')], made);
            errno = KernelFile.TryMakeDirectory(mount + path);
        }

        if (errno == LibC.EEXIST) return;
        if (errno != 0) throw new RuntimeStepException("make cgroup", mount + path, errno);
        made?.Invoke(mount + path);
    }

    /// <summary>Process ids in a cgroup and in those below it; threads once.</summary>
    internal static List<int> Processes(string directory)
    {
        var result = new List<int>();
        CgroupWalk.Visit(directory, fd => Add(result, fd));
        return result;
    }

    /// <summary>True when a cgroup is gone, or version 2 says that it and those below it have no process; false when that is not known.</summary>
    internal static bool IsEmpty(string directory)
    {
        var errno = KernelFile.TryRead(directory + "/cgroup.events", out var events);
        return errno == 0 ? events.Contains("populated 0", StringComparison.Ordinal) : !Directory.Exists(directory);
    }

    /// <summary>Kills the processes of a cgroup and of those below until there are none, and waits for each to end.</summary>
    internal static void Kill(string directory)
    {
        var give = Environment.TickCount64 + PatienceMilliseconds;
        while (true)
        {
            var processes = Processes(directory);
            if (processes.Count == 0) return;
            if (Environment.TickCount64 > give) throw new RuntimeStepException("kill the processes of", directory, LibC.EAGAIN, $"Process {processes[0]} and {processes.Count - 1} others do not end.");
            foreach (var pid in processes) _ = Syscall.kill(pid, 9 /* SIGKILL */);
            foreach (var pid in processes) AwaitEnd(pid, give);
        }
    }

    /// <summary>Removes a cgroup's directory with those below it; does nothing when it is gone.</summary>
    internal static void Remove(string directory)
    {
        var give = Environment.TickCount64 + PatienceMilliseconds / 2;
        for (var wait = 1; ; wait = Math.Min(wait * 2, 64))
        {
            var errno = KernelFile.TryRemoveDirectory(directory);
            if (errno == 0 || errno == LibC.ENOENT) return;
            if (errno != LibC.EBUSY && errno != LibC.ENOTEMPTY || Environment.TickCount64 > give) throw new RuntimeStepException("remove cgroup", directory, errno);
            CgroupWalk.RemoveBelow(directory);
            foreach (var pid in Processes(directory)) AwaitEnd(pid, give);
            AwaitEmpty(directory, wait);
        }
    }

    private static void Add(List<int> processes, int directory)
    {
        var path = $"/proc/self/fd/{directory.ToString(CultureInfo.InvariantCulture)}";
        var errno = KernelFile.TryRead(path + "/cgroup.procs", out var text);
        if (errno == LibC.EOPNOTSUPP)
        {
            // A threaded cgroup of version 2 lists its threads alone. A signal to a thread's id reaches its process.
            if (KernelFile.TryRead(path + "/cgroup.threads", out text) != 0) return;
            foreach (var line in text.AsSpan().EnumerateLines())
                if (Number(line) is var tid and > 0 && ProcessOf(tid) is var process && !processes.Contains(process)) processes.Add(process);
            return;
        }

        if (errno != 0) return; // removed meanwhile
        foreach (var line in text.AsSpan().EnumerateLines())
            if (Number(line) is var pid and > 0) processes.Add(pid);
    }

    private static int ProcessOf(int tid)
    {
        foreach (var line in (KernelFile.TryRead($"/proc/{tid.ToString(CultureInfo.InvariantCulture)}/status", out var text) == 0 ? text : "").AsSpan().EnumerateLines())
            if (line.StartsWith("Tgid:")) return Number(line[5..].Trim());
        return tid;
    }

    private static int Number(ReadOnlySpan<char> text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    /// <summary>A process that is ending keeps its cgroup busy until its parent has been told.</summary>
    private static void AwaitEnd(int pid, long give)
    {
        var fd = (int)Syscall.pidfd_open(pid);
        if (fd < 0) return;
        using var process = new SafeFileHandle(fd, ownsHandle: true);
        var poll = new Syscall.PollFd { fd = fd, events = Syscall.POLLIN };
        _ = Syscall.poll(&poll, 1, (int)Math.Clamp(give - Environment.TickCount64, 0, 2000));
    }

    /// <summary>An ended process counts in its cgroup a little longer. Version 2 tells when it no longer does; version 1 has to be asked again.</summary>
    private static void AwaitEmpty(string directory, int milliseconds)
    {
        using var events = KernelEvents.TryOpen(directory + "/cgroup.events");
        if (events is null) _ = Syscall.poll(null, 0, milliseconds);
        else if (KernelFile.NumberOf(events.Read(), "populated") != 0) events.Wait(1000);
    }
}
