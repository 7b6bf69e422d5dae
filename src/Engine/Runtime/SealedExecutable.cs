using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Runtime;

/// <summary>
/// Protects the program that enters containers from being overwritten through <c>/proc/PID/exe</c> (CVE-2019-5736): it is executed
/// from a read-only mount that is attached nowhere, so whoever opens it by that link cannot write to it. A caller who may not mount
/// executes a sealed copy in memory (man 2 memfd_create).
/// </summary>
internal static unsafe class SealedExecutable
{
    private const uint MFD_CLOEXEC = 1;
    private const uint MFD_ALLOW_SEALING = 2;
    private const uint MFD_EXEC = 0x10;
    private const int F_ADD_SEALS = 1033;
    private const int F_GET_SEALS = 1034;
    private const int F_SEAL_SEAL = 1;
    private const int F_SEAL_SHRINK = 2;
    private const int F_SEAL_GROW = 4;
    private const int F_SEAL_WRITE = 8;

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
        using var file = new SafeFileHandle((int)fd, ownsHandle: true);
        return Syscall.FileSystemOf((int)fd, out _, out var flags) >= 0 && (flags & Syscall.ST_RDONLY) != 0;
    }

    /// <summary>True when the running program is a sealed copy in memory.</summary>
    internal static bool IsCopy()
    {
        using var file = FileDescriptors.Open("/proc/self/exe", LibC.O_RDONLY);
        var seals = ChildCalls.fcntl(file.Number(), F_GET_SEALS, 0);
        return seals >= 0 && (seals & F_SEAL_WRITE) != 0;
    }

    /// <summary>A copy of a program in memory that nobody can change any more.</summary>
    internal static SafeFileHandle Copy(string path)
    {
        var copy = NewFile("runcs");
        using (var file = FileDescriptors.Open(path, LibC.O_RDONLY))
        using (var source = new FileStream(file, FileAccess.Read, 1 << 16))
        {
            var buffer = new byte[1 << 16];
            long offset = 0;
            for (int read; (read = source.Read(buffer)) > 0; offset += read) RandomAccess.Write(copy, buffer.AsSpan(0, read), offset);
        }

        return Seal(copy, path);
    }

    /// <summary>A program in memory that nobody can change.</summary>
    internal static SafeFileHandle InMemory(ReadOnlySpan<byte> program, string name)
    {
        var file = NewFile(name);
        RandomAccess.Write(file, program, 0);
        return Seal(file, name);
    }

    private static SafeFileHandle NewFile(string name)
    {
        using var arena = new NativeArena();
        var text = arena.Text(name);
        var fd = Syscall.memfd_create(text, MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);

        // Kernels before 6.3 know no MFD_EXEC and make every file executable.
        if (fd == -LibC.EINVAL) fd = Syscall.memfd_create(text, MFD_CLOEXEC | MFD_ALLOW_SEALING);
        return fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : throw new KernelException("memfd_create", name, -fd);
    }

    private static SafeFileHandle Seal(SafeFileHandle file, string name)
    {
        var result = ChildCalls.fcntl(file.Number(), F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
        return result >= 0 ? file : throw new KernelException("fcntl(F_ADD_SEALS)", name, (int)-result);
    }

    /// <summary>Executes the running program once more, sealed, with the same arguments; returns when that is not possible.</summary>
    /// <param name="arguments">The arguments with the program's name.</param>
    /// <param name="mark">A variable, as <c>NAME=value</c>, that its environment gets besides.</param>
    internal static void Reexecute(string[] arguments, string mark)
    {
        using var program = RootlessCaller.IsUnprivileged ? Copy("/proc/self/exe") : Open("/proc/self/exe");
        using var arena = new NativeArena();
        _ = Syscall.execve(arena.Text($"/proc/self/fd/{program.Number()}"), arena.Texts(arguments), arena.Texts(EnvironmentWith(mark)));
    }

    /// <summary>The caller's environment and one variable more.</summary>
    internal static List<string> EnvironmentWith(string variable)
    {
        var environment = new List<string> { variable };
        foreach (System.Collections.DictionaryEntry entry in Environment.GetEnvironmentVariables()) environment.Add($"{entry.Key}={entry.Value}");
        return environment;
    }
}
