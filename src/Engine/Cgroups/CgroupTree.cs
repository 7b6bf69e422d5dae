using System.Globalization;
using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Cgroups;

/// <summary>What both versions do with a cgroup's directory and those below it.</summary>
internal static unsafe class CgroupTree
{
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
        Add(directory);
        return result;

        void Add(string path)
        {
            if (KernelFile.Read(path + "/cgroup.procs") is not { } text) return;
            foreach (var line in text.AsSpan().EnumerateLines())
                if (int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && pid > 0) result.Add(pid);
            foreach (var child in Children(path)) Add(child);
        }
    }

    /// <summary>Kills the processes of a cgroup and of those below until there are none, and waits for each to end.</summary>
    internal static void Kill(string directory)
    {
        while (true)
        {
            var processes = Processes(directory);
            if (processes.Count == 0) return;
            foreach (var pid in processes) Kill(pid);
        }
    }

    /// <summary>Removes a cgroup's directory with those below it; does nothing when it is gone.</summary>
    internal static void Remove(string directory)
    {
        var errno = KernelFile.TryRemoveDirectory(directory);
        if (errno == 0 || errno == LibC.ENOENT) return;
        if (errno == LibC.EBUSY)
        {
            foreach (var child in Children(directory)) Remove(child);
            foreach (var pid in Processes(directory)) AwaitEnd(pid);
            errno = KernelFile.TryRemoveDirectory(directory);
        }

        if (errno != 0 && errno != LibC.ENOENT) throw new RuntimeStepException("remove cgroup", directory, errno);
    }

    private static string[] Children(string directory)
    {
        try
        {
            return Directory.GetDirectories(directory);
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    private static void Kill(int pid)
    {
        using var process = OpenProcess(pid);
        if (process is null) return;
        _ = ProcessIdentity.Signal(process, 9 /* SIGKILL */);
        Await(process);
    }

    /// <summary>A process that is ending keeps its cgroup busy until its parent has been told.</summary>
    private static void AwaitEnd(int pid)
    {
        using var process = OpenProcess(pid);
        if (process is not null) Await(process);
    }

    private static SafeFileHandle? OpenProcess(int pid)
    {
        var fd = (int)Syscall.pidfd_open(pid);
        return fd < 0 ? null : new SafeFileHandle(fd, ownsHandle: true);
    }

    private static void Await(SafeFileHandle process)
    {
        var poll = new Syscall.PollFd { fd = process.Number(), events = Syscall.POLLIN };
        _ = Syscall.poll(&poll, 1, 2000);
    }
}
