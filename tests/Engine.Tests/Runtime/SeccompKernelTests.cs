using System.Diagnostics;
using ContainerPS.Engine.Containers;
using ContainerPS.Engine.Runtime;

namespace ContainerPS.Engine.Tests.Runtime;

/// <summary>Gives filters to this kernel, in a perl of its own: perl belongs to every Debian and can make any system call.</summary>
public class SeccompKernelTests
{
    private static readonly SeccompMode s_native = SeccompModes.Native;

    [Fact]
    public void The_default_profile_lets_ordinary_programs_run_and_refuses_what_it_should()
    {
        var program = SeccompCompiler.Compile(DefaultSeccompProfile.Create(DefaultCapabilities.Names.ToHashSet()));
        var (exitCode, output) = Run(
            program,
            $$"""
            print "getpid ", ({{Call("getpid")}} == $$ ? "fine" : "wrong"), "\n";
            print "shell ", `echo fine`;
            {{Report("unshare", "0x40000000")}}
            {{Report("mount", "0, 0, 0, 0, 0")}}
            {{Report("keyctl", "0, 0, 0, 0, 0")}}
            {{Report("bpf", "0, 0, 0")}}
            {{Report("clone3", "0, 0")}}
            {{Report("socket", "1, 1, 0")}}
            {{Report("socket", "38, 5, 0")}}
            {{Report("socket", "0x100000026, 5, 0")}}
            {{Report("personality", "0x0040000")}}
            {{Report("personality", "0xFFFFFFFF")}}
            {{Report("clone", "0x10000011, 0, 0, 0, 0")}}
            print "newer ", (syscall(9999) == -1 ? $!+0 : "allowed"), "\n";
            """);
        Assert.Equal(
            """
            getpid fine
            shell fine
            unshare 1
            mount 1
            keyctl 1
            bpf 1
            clone3 38
            socket allowed
            socket 1
            socket 1
            personality 1
            personality allowed
            clone 1
            newer 38

            """,
            output);
        Assert.Equal(0, exitCode);
    }

    [Theory]
    [InlineData("SCMP_ACT_KILL_PROCESS")]
    [InlineData("SCMP_ACT_KILL")]
    [InlineData("SCMP_ACT_TRAP")]
    public void Killing_actions_end_the_process_with_SIGSYS(string action)
    {
        var program = SeccompCompiler.Compile(new() { DefaultAction = "SCMP_ACT_ALLOW", Syscalls = [SeccompCompilerTests.Rule(action, "getppid")] });
        var (exitCode, output) = Run(program, $"""print "before\n"; {Call("getppid")}; print "after\n";""");
        Assert.Equal("before\n", output);
        Assert.Equal(128 + 31, exitCode);
    }

    [Fact]
    public void The_kernel_compares_all_64_bits_of_an_argument()
    {
        var program = SeccompCompiler.Compile(new()
        {
            DefaultAction = "SCMP_ACT_ALLOW",
            Syscalls =
            [
                SeccompCompilerTests.Conditional("SCMP_ACT_ERRNO", "getpriority", (0, "SCMP_CMP_GT", 0x2_0000_0005, 0)) with { ErrnoRet = 99 },
                SeccompCompilerTests.Conditional("SCMP_ACT_ERRNO", "getpriority", (1, "SCMP_CMP_MASKED_EQ", 0xF_0000_000F, 0x3_0000_0001)) with { ErrnoRet = 98 },
            ],
        });
        var (_, output) = Run(
            program,
            $"""
            {Report("getpriority", "0x200000006, 0")}
            {Report("getpriority", "0x300000000, 0")}
            {Report("getpriority", "0x200000005, 0")}
            {Report("getpriority", "77, 0x1300000011")}
            {Report("getpriority", "77, 0x300000000")}
            """);

        // 22 is the kernel's own answer to a kind of priority that does not exist.
        Assert.Equal("getpriority 99\ngetpriority 99\ngetpriority 22\ngetpriority 98\ngetpriority 22\n", output);
    }

    [Fact]
    public void A_filter_that_notifies_gives_a_descriptor()
    {
        var program = SeccompCompiler.Compile(new()
        {
            DefaultAction = "SCMP_ACT_ALLOW",
            Flags = ["SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW"],
            Syscalls = [SeccompCompilerTests.Rule("SCMP_ACT_NOTIFY", "mkdir", "mkdirat")],
        });
        Assert.True(program.NeedsNotify);
        var (exitCode, output) = Run(program, """print "descriptor ", ($installed > 2 ? "fine" : $installed), " ", (readlink("/proc/self/fd/$installed") =~ /seccomp/ ? "fine" : "wrong"), "\n";""");
        Assert.Equal("descriptor fine fine\n", output);
        Assert.Equal(0, exitCode);
    }

    private static (int ExitCode, string Output) Run(SeccompProgram program, string body)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, program.Filter);
            using var perl = Process.Start(new ProcessStartInfo("perl", ["-e", Install(program.Flags) + body, path]) { RedirectStandardOutput = true })!;
            var output = perl.StandardOutput.ReadToEnd();
            perl.WaitForExit();
            return (perl.ExitCode, output);
        }
        finally
        {
            File.Delete(path);
        }
    }

    // prctl(PR_SET_NO_NEW_PRIVS, 1), then seccomp(SECCOMP_SET_MODE_FILTER, flags, {length, address}).
    private static string Install(uint flags) =>
        $$"""
        $| = 1;
        open(my $file, "<:raw", $ARGV[0]) or die; local $/; my $filter = <$file>; $/ = "\n";
        my $program = pack("S x6 P", length($filter) / 8, $filter);
        syscall({{Number("prctl")}}, 38, 1, 0, 0, 0) == 0 or die "no_new_privs: $!";
        our $installed = syscall({{Number("seccomp")}}, 1, {{flags}}, $program);
        $installed >= 0 or die "seccomp: $!";

        """;

    private static string Report(string name, string arguments) =>
        $"print \"{name} \", (syscall({Number(name)}, {arguments}) == -1 ? $!+0 : \"allowed\"), \"\\n\";";

    private static string Call(string name) => $"syscall({Number(name)})";

    private static int Number(string name) => SyscallTable.TryFind(name, out var numbers) ? numbers.For(s_native) : throw new ArgumentException(name);
}
