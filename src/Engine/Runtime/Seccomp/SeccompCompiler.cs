using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Runtime;

/// <summary>
/// Compiles a profile (config-linux.md#seccomp) to a classic BPF program, without libseccomp and with its meaning as runc uses it:
/// <list type="bullet">
/// <item>the machine's own mode is always filtered; a mode the profile does not name is killed (SECCOMP_RET_KILL_THREAD);</item>
/// <item>call names that are unknown, and rules whose action is the default one, are left out;</item>
/// <item>calls newer than every call the profile names give ENOSYS, so that a program's fallback for an old kernel works, unless the default
/// action lets calls through or is ENOSYS itself. "Newer" is by number, in each mode for itself, and a rule counts whatever its action.</item>
/// </list>
/// What rules of one call come to is said at <see cref="SeccompOutcome.Of"/>.
/// </summary>
internal static class SeccompCompiler
{
    private const int BPF_MAXINSNS = 4096;
    private const int ArchitectureOffset = 4;

    private static readonly SeccompMode[] s_x64Modes = [SeccompMode.X64, SeccompMode.X32, SeccompMode.X86];
    private static readonly SeccompMode[] s_arm64Modes = [SeccompMode.Arm64, SeccompMode.Arm];

    /// <summary>Compiles a profile for this machine.</summary>
    /// <exception cref="InvalidSettingException">The profile has an unknown word, or rules that contradict each other.</exception>
    internal static SeccompProgram Compile(LinuxSeccomp profile) => Compile(profile, SeccompModes.Native);

    /// <summary>Compiles a profile for a machine whose own mode is <paramref name="native"/> (X64 or Arm64).</summary>
    /// <exception cref="InvalidSettingException">The profile has an unknown word, or rules that contradict each other.</exception>
    internal static SeccompProgram Compile(LinuxSeccomp profile, SeccompMode native)
    {
        var calls = SeccompCalls.From(profile);
        var filtered = Modes(profile, native);
        var writer = new BpfWriter();

        // Written from the end, so the native architecture comes last to be asked first.
        var next = writer.Return(SeccompAction.SECCOMP_RET_KILL_THREAD);
        if (filtered.Contains(SeccompMode.X86))
            next = Section(writer, calls, SeccompMode.X86, null, next);
        if (filtered.Contains(SeccompMode.Arm))
            next = Section(writer, calls, SeccompMode.Arm, null, next);
        next = Section(writer, calls, native, filtered.Contains(SeccompMode.X32) ? SeccompMode.X32 : null, next);
        writer.Load(ArchitectureOffset, next);

        if (writer.Count > BPF_MAXINSNS)
        {
            throw new InvalidSettingException(
                "seccomp.syscalls",
                null,
                $"seccomp: the profile needs {writer.Count} instructions and the kernel takes {BPF_MAXINSNS}. Use fewer conditions.");
        }

        return new(writer.ToArray(), SeccompProgram.ParseFlags(profile.Flags, calls.Notifies), calls.Notifies);
    }

    // Only modes this machine has: a program in another one cannot run here.
    private static HashSet<SeccompMode> Modes(LinuxSeccomp profile, SeccompMode native)
    {
        var possible = native == SeccompMode.Arm64 ? s_arm64Modes : s_x64Modes;
        var modes = new HashSet<SeccompMode> { native };
        foreach (var name in profile.Architectures ?? [])
        {
            if (SeccompModes.Parse(name) is { } mode && possible.Contains(mode))
                modes.Add(mode);
        }

        return modes;
    }

    private static int Section(BpfWriter writer, SeccompCalls calls, SeccompMode mode, SeccompMode? marked, int otherwise)
    {
        var tree = new SeccompTree(writer);
        calls.AddTo(tree, mode);
        if (mode == SeccompMode.X64)
        {
            if (marked is { } x32)
            {
                calls.AddTo(tree, x32);
            }
            else
            {
                // -1, the number a tracer sets to skip a call, has the mark's bit and is not an x32 call.
                tree.From(SeccompModes.X32Mark, new(SeccompAction.SECCOMP_RET_KILL_THREAD, []));
                tree.From(uint.MaxValue, calls.Default);
            }
        }

        return writer.Branch(BpfWriter.JEQ_K, mode.AuditArch(), tree.Write(), otherwise);
    }
}
