using System.Runtime.InteropServices;
using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Runtime;

namespace ContainerPS.Engine.Tests.Runtime;

/// <summary>Debian's libseccomp, as a second opinion: compiles a profile with it the way runc does, without runc's ENOSYS rule.</summary>
internal static unsafe partial class LibSeccomp
{
    private const string Library = "libseccomp.so.2";

    internal static bool IsInstalled { get; } = NativeLibrary.TryLoad(Library, out _);

    /// <summary>The filter, or null when libseccomp refuses the rules.</summary>
    internal static byte[]? Compile(LinuxSeccomp profile)
    {
        var defaultAction = SeccompAction.Parse(profile.DefaultAction, profile.DefaultErrnoRet);
        var context = seccomp_init(defaultAction);
        Assert.NotEqual(0, context);
        try
        {
            foreach (var name in profile.Architectures ?? [])
            {
                var mode = SeccompModes.Parse(name)!.Value;
                var result = seccomp_arch_add(context, mode == SeccompMode.X32 ? 0x4000003E : mode.AuditArch());
                Assert.True(result is 0 or -17, $"seccomp_arch_add: {result}");
            }

            foreach (var entry in profile.Syscalls!)
            {
                var action = SeccompAction.Parse(entry.Action, entry.ErrnoRet);
                if (action != defaultAction && !Add(context, entry, action))
                    return null;
            }

            var path = Path.GetTempFileName();
            try
            {
                using (var file = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite))
                    Assert.Equal(0, seccomp_export_bpf(context, (int)file.DangerousGetHandle()));
                return File.ReadAllBytes(path);
            }
            finally
            {
                File.Delete(path);
            }
        }
        finally
        {
            seccomp_release(context);
        }
    }

    private static bool Add(nint context, LinuxSyscall entry, uint action)
    {
        foreach (var name in entry.Names!)
        {
            var number = seccomp_syscall_resolve_name(name);
            if (number == -1)
                continue;
            var comparisons = (entry.Args ?? []).Select(arg => new Comparison
            {
                Argument = arg.Index,
                Operator = 1 + Array.IndexOf([.. SeccompCondition.KnownOperators], arg.Op),
                A = arg.Value,
                B = arg.ValueTwo,
            }).ToArray();

            // runc's reading of several conditions on one argument.
            var groups = comparisons.GroupBy(comparison => comparison.Argument).Any(group => group.Count() > 1)
                ? comparisons.Select(comparison => new[] { comparison })
                : [comparisons];
            foreach (var group in groups)
            {
                fixed (Comparison* pointer = group)
                {
                    if (seccomp_rule_add_array(context, action, number, (uint)group.Length, pointer) != 0)
                        return false;
                }
            }
        }

        return true;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Comparison
    {
        public uint Argument;
        public int Operator;
        public ulong A;
        public ulong B;
    }

    [LibraryImport(Library)]
    private static partial nint seccomp_init(uint action);

    [LibraryImport(Library)]
    private static partial void seccomp_release(nint context);

    [LibraryImport(Library)]
    private static partial int seccomp_arch_add(nint context, uint arch);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int seccomp_syscall_resolve_name(string name);

    [LibraryImport(Library)]
    private static partial int seccomp_rule_add_array(nint context, uint action, int number, uint count, Comparison* comparisons);

    [LibraryImport(Library)]
    private static partial int seccomp_export_bpf(nint context, int fd);
}
