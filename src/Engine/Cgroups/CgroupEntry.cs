using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Cgroups;

/// <summary>Open files by which a child joins a cgroup by itself, before it can see anything of the container.</summary>
internal sealed class CgroupEntry(IReadOnlyList<SafeFileHandle> taskFiles, SafeFileHandle? unified) : IDisposable
{
    /// <summary>Files to which a process without threads writes <c>0</c>.</summary>
    internal IReadOnlyList<SafeFileHandle> TaskFiles { get; } = taskFiles;

    /// <summary>The v2 directory, for CLONE_INTO_CGROUP.</summary>
    internal SafeFileHandle? Unified { get; } = unified;

    /// <summary>Opens the directories of v1 and the one of v2.</summary>
    internal static CgroupEntry Open(IEnumerable<string> directories, string? unified)
    {
        var files = new List<SafeFileHandle>();
        try
        {
            // A process without threads that writes 0 to "tasks" takes no lock of all processes, unlike a pid in "cgroup.procs".
            foreach (var directory in directories) files.Add(Open(directory + "/tasks", LibC.O_WRONLY));
            return new CgroupEntry(files, unified is null ? null : Open(unified, LibC.O_RDONLY | LibC.O_DIRECTORY));
        }
        catch
        {
            foreach (var file in files) file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in TaskFiles) file.Dispose();
        Unified?.Dispose();
    }

    private static SafeFileHandle Open(string path, int flags)
    {
        var fd = KernelFile.Open(path, flags);
        return fd < 0 ? throw new RuntimeStepException("open", path, -fd) : new SafeFileHandle(fd, ownsHandle: true);
    }
}
