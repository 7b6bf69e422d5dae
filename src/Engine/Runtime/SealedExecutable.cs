using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;

namespace ContainerPS.Engine.Runtime;

/// <summary>
/// Protects the program that enters containers from being overwritten through <c>/proc/PID/exe</c> (CVE-2019-5736): it is executed
/// from a read-only mount that is attached nowhere, so whoever opens it by that link cannot write to it.
/// </summary>
internal static unsafe class SealedExecutable
{
    /// <summary>
    /// Opens a program on a detached read-only mount of its own file: execute it as <c>/proc/self/fd/N</c> while the handle is open.
    /// Needs CAP_SYS_ADMIN.
    /// </summary>
    internal static SafeFileHandle Open(string path)
    {
        var tree = DetachedTree.Open(path, recursive: false);
        try
        {
            tree.Change(Syscall.MOUNT_ATTR_RDONLY, 0, 0, recursive: false, path);
            return tree.Mount;
        }
        catch
        {
            tree.Mount.Dispose();
            throw;
        }
    }

    /// <summary>True when the running program cannot be written to through its link in /proc.</summary>
    internal static bool IsRunning()
    {
        nint fd;
        fixed (byte* name = "/proc/self/exe"u8) fd = ChildCalls.openat(ChildCalls.AT_FDCWD, name, ChildCalls.O_PATH);
        if (fd < 0) return false;
        var result = Syscall.FileSystemOf((int)fd, out _, out var flags);
        _ = ChildCalls.close((int)fd);
        return result >= 0 && (flags & Syscall.ST_RDONLY) != 0;
    }

    /// <summary>Executes the running program once more, sealed, with the same arguments; returns when that is not possible.</summary>
    /// <param name="arguments">The arguments with the program's name.</param>
    /// <param name="mark">A variable, as <c>NAME=value</c>, that its environment gets besides.</param>
    internal static void Reexecute(string[] arguments, string mark)
    {
        var environment = new List<string> { mark };
        foreach (System.Collections.DictionaryEntry entry in Environment.GetEnvironmentVariables()) environment.Add($"{entry.Key}={entry.Value}");
        using var program = Open("/proc/self/exe");
        using var arena = new NativeArena();
        _ = Syscall.execve(arena.Text($"/proc/self/fd/{program.Number()}"), arena.Texts(arguments), arena.Texts(environment));
    }
}
