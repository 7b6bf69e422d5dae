using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ContainerPS.Engine.Linux;

/// <summary>
/// Starts a program from any thread of any process (posix_spawn: no managed code runs between fork and exec), in a session of its own,
/// with exactly the descriptors it is given and with default signal handling.
/// </summary>
internal static unsafe class ChildProcess
{
    private const short POSIX_SPAWN_SETSIGDEF = 0x04;
    private const short POSIX_SPAWN_SETSIGMASK = 0x08;
    private const short POSIX_SPAWN_SETSID = 0x80;

    // Sizes of glibc's opaque structures are smaller than these on all processors.
    private const int FileActionsSize = 128;
    private const int AttributesSize = 512;
    private const int SignalSetSize = 128;

    /// <summary>Starts <paramref name="path"/>.</summary>
    /// <param name="path">The program.</param>
    /// <param name="arguments">Its arguments, the program's name first.</param>
    /// <param name="environment">Its environment, as <c>NAME=value</c>.</param>
    /// <param name="descriptors">Its descriptors 0, 1, 2 …; -1 leaves /dev/null there.</param>
    /// <param name="newSession">True for a session of its own (no controlling terminal, out of reach of the terminal's Ctrl+C).</param>
    /// <param name="blockSignals">True to start it with all signals blocked, in all threads it will have: it reads them from a descriptor.</param>
    /// <returns>The child's process id. The caller reaps it.</returns>
    internal static int Start(string path, IReadOnlyList<string> arguments, IReadOnlyList<string> environment, ReadOnlySpan<int> descriptors, bool newSession, bool blockSignals = false)
    {
        var actions = stackalloc byte[FileActionsSize];
        var attributes = stackalloc byte[AttributesSize];
        var signals = stackalloc byte[SignalSetSize];
        using var argv = new NativeStrings(arguments);
        using var envp = new NativeStrings(environment);
        using var program = new NativeStrings([path]);
        Check(posix_spawn_file_actions_init(actions), "posix_spawn_file_actions_init", path);
        Check(posix_spawnattr_init(attributes), "posix_spawnattr_init", path);
        var copies = new List<SafeFileHandle>();
        try
        {
            new Span<byte>(signals, SignalSetSize).Fill(blockSignals ? (byte)0xff : (byte)0);
            Check(posix_spawnattr_setsigmask(attributes, signals), "posix_spawnattr_setsigmask", path);
            new Span<byte>(signals, SignalSetSize).Fill(0xff);
            Check(posix_spawnattr_setsigdefault(attributes, signals), "posix_spawnattr_setsigdefault", path);
            Check(
                posix_spawnattr_setflags(attributes, (short)(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | (newSession ? POSIX_SPAWN_SETSID : 0))),
                "posix_spawnattr_setflags",
                path);
            fixed (byte* devNull = "/dev/null\0"u8)
            {
                for (var target = 0; target < descriptors.Length; target++)
                {
                    // A source below its target would be overwritten by an earlier step: work on copies above all targets.
                    if (descriptors[target] < 0)
                    {
                        Check(posix_spawn_file_actions_addopen(actions, target, devNull, 2 /* O_RDWR */, 0), "posix_spawn_file_actions_addopen", path);
                        continue;
                    }

                    var copy = DuplicateAbove(descriptors[target], 64);
                    copies.Add(copy);
                    Check(posix_spawn_file_actions_adddup2(actions, (int)copy.DangerousGetHandle(), target), "posix_spawn_file_actions_adddup2", path);
                }
            }

            Check(posix_spawn_file_actions_addclosefrom_np(actions, descriptors.Length), "posix_spawn_file_actions_addclosefrom_np", path);
            int pid;
            Check(posix_spawn(&pid, program.Pointer[0], actions, attributes, argv.Pointer, envp.Pointer), "posix_spawn", path);
            return pid;
        }
        finally
        {
            foreach (var copy in copies) copy.Dispose();
            _ = posix_spawn_file_actions_destroy(actions);
            _ = posix_spawnattr_destroy(attributes);
        }
    }

    /// <summary>A duplicate of a descriptor, numbered at least <paramref name="lowest"/>, closed on exec.</summary>
    internal static SafeFileHandle DuplicateAbove(int fd, int lowest)
    {
        const int F_DUPFD_CLOEXEC = 1030;
        var copy = (int)Syscall.Raw(Syscall.Number(72, 25), fd, F_DUPFD_CLOEXEC, lowest);
        if (copy < 0) throw new KernelException("fcntl(F_DUPFD)", fd.ToString(), -copy);
        return new SafeFileHandle(copy, ownsHandle: true);
    }

    private static void Check(int errno, string call, string path)
    {
        if (errno != 0) throw new KernelException(call, path, errno);
    }

    [DllImport("libc")]
    private static extern int posix_spawn(int* pid, byte* path, void* actions, void* attributes, byte** argv, byte** envp);

    [DllImport("libc")]
    private static extern int posix_spawn_file_actions_init(void* actions);

    [DllImport("libc")]
    private static extern int posix_spawn_file_actions_destroy(void* actions);

    [DllImport("libc")]
    private static extern int posix_spawn_file_actions_adddup2(void* actions, int fd, int target);

    [DllImport("libc")]
    private static extern int posix_spawn_file_actions_addopen(void* actions, int fd, byte* path, int flags, uint mode);

    [DllImport("libc")]
    private static extern int posix_spawn_file_actions_addclosefrom_np(void* actions, int lowest);

    [DllImport("libc")]
    private static extern int posix_spawnattr_init(void* attributes);

    [DllImport("libc")]
    private static extern int posix_spawnattr_destroy(void* attributes);

    [DllImport("libc")]
    private static extern int posix_spawnattr_setflags(void* attributes, short flags);

    [DllImport("libc")]
    private static extern int posix_spawnattr_setsigmask(void* attributes, void* set);

    [DllImport("libc")]
    private static extern int posix_spawnattr_setsigdefault(void* attributes, void* set);

    /// <summary>A null-terminated array of C strings.</summary>
    private sealed class NativeStrings : IDisposable
    {
        private readonly int _count;

        internal NativeStrings(IReadOnlyList<string> values)
        {
            _count = values.Count;
            Pointer = (byte**)NativeMemory.AllocZeroed((nuint)(_count + 1), (nuint)sizeof(byte*));
            for (var i = 0; i < _count; i++)
            {
                var size = Encoding.UTF8.GetByteCount(values[i]);
                Pointer[i] = (byte*)NativeMemory.AllocZeroed((nuint)size + 1);
                Encoding.UTF8.GetBytes(values[i], new Span<byte>(Pointer[i], size));
            }
        }

        internal byte** Pointer { get; }

        public void Dispose()
        {
            for (var i = 0; i < _count; i++) NativeMemory.Free(Pointer[i]);
            NativeMemory.Free(Pointer);
        }
    }
}
