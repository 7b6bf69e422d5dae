using System.Diagnostics;
using ContainerPS.Engine.Containers;
using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Runtime;

namespace ContainerPS.Engine.Tests.Runtime;

public class SeccompCompilerTests
{
    private const uint Allow = 0x7fff0000;
    private const uint Eperm = 0x00050001;
    private const uint Enosys = 0x00050026;
    private const uint KillThread = 0;

    private static readonly ulong[] s_interesting =
        [0, 1, 2, 8, 37, 38, 39, 40, 41, 45, 46, 0x20000, 0x20008, 0x7E020000, 0x10000000, 0xFFFFFFFF, 0x1_0000_0000, 0x1_0000_0026, 0x8000_0000_0000_0000, ulong.MaxValue];

    internal static IEnumerable<SeccompMode> ModesOf(SeccompMode native) =>
        native == SeccompMode.X64 ? [SeccompMode.X64, SeccompMode.X86, SeccompMode.X32] : [SeccompMode.Arm64, SeccompMode.Arm];

    [Theory]
    [InlineData("X64", false)]
    [InlineData("X64", true)]
    [InlineData("Arm64", false)]
    [InlineData("Arm64", true)]
    public void The_default_profile_says_of_every_call_what_its_rules_say(string nativeMode, bool administrator)
    {
        var native = Enum.Parse<SeccompMode>(nativeMode);
        var capabilities = DefaultCapabilities.Names.ToHashSet();
        if (administrator)
            capabilities.UnionWith(["CAP_SYS_ADMIN", "CAP_SYS_TIME", "CAP_SYS_PTRACE"]);
        var profile = DefaultSeccompProfile.Create(capabilities, native);
        var machine = new BpfMachine(SeccompCompiler.Compile(profile, native).Filter);

        foreach (var mode in ModesOf(native))
        {
            var mark = mode == SeccompMode.X32 ? 0x40000000u : 0;
            for (var number = 0u; number < 700; number++)
            {
                foreach (var value in number is 41 or 56 or 120 or 135 or 136 or 198 or 220 or 281 or 359 ? s_interesting : [0UL])
                {
                    ulong[] arguments = [value, value, 0, 0, 0, 0];
                    var expected = SeccompReference.Evaluate(profile, mode, number | mark, arguments);
                    Assert.True(expected == machine.Run(mode.AuditArch(), number | mark, arguments), $"{mode} {number} ({value:x})");
                }
            }
        }
    }

    [Fact]
    public void The_default_profile_is_small_and_takes_few_steps()
    {
        var program = SeccompCompiler.Compile(DefaultSeccompProfile.Create(DefaultCapabilities.Names.ToHashSet(), SeccompMode.X64), SeccompMode.X64);
        Assert.InRange(program.Length, 100, 500);
        Assert.Equal(0u, program.Flags);
        Assert.False(program.NeedsNotify);

        var machine = new BpfMachine(program.Filter);
        var most = 0;
        for (var number = 0u; number < 500; number++)
        {
            machine.Run(SeccompModes.AUDIT_ARCH_X86_64, number, [0, 0, 0, 0, 0, 0]);
            if (number is not (41 or 56 or 135))
                most = Math.Max(most, machine.Steps);
        }

        // Two loads, the architecture, the tree and the return.
        Assert.InRange(most, 4, 14);
    }

    [Fact]
    public void Modes_that_the_profile_does_not_name_are_killed_but_the_own_mode_is_always_filtered()
    {
        var machine = Compile(new() { DefaultAction = "SCMP_ACT_ERRNO", Syscalls = [Rule("SCMP_ACT_ALLOW", "read", "write")] });
        Assert.Equal(Allow, machine.Run(SeccompModes.AUDIT_ARCH_X86_64, 0, []));
        Assert.Equal(Eperm, machine.Run(SeccompModes.AUDIT_ARCH_X86_64, uint.MaxValue, []));
        Assert.Equal(KillThread, machine.Run(SeccompModes.AUDIT_ARCH_X86_64, 0x40000000, []));
        Assert.Equal(KillThread, machine.Run(SeccompModes.AUDIT_ARCH_I386, 3, []));
        Assert.Equal(KillThread, machine.Run(SeccompModes.AUDIT_ARCH_AARCH64, 63, []));
    }

    [Fact]
    public void An_x32_call_is_judged_by_its_own_number()
    {
        var machine = Compile(new()
        {
            DefaultAction = "SCMP_ACT_ERRNO",
            Architectures = ["SCMP_ARCH_X86_64", "SCMP_ARCH_X32"],
            Syscalls = [Rule("SCMP_ACT_ALLOW", "read", "ioctl", "writev")],
        });
        Assert.Equal(Allow, machine.Run(SeccompModes.AUDIT_ARCH_X86_64, 0x40000000, []));
        Assert.Equal(Allow, machine.Run(SeccompModes.AUDIT_ARCH_X86_64, 0x40000000 | 514, []));
        Assert.Equal(Eperm, machine.Run(SeccompModes.AUDIT_ARCH_X86_64, 0x40000000 | 16, []));
        Assert.Equal(Allow, machine.Run(SeccompModes.AUDIT_ARCH_X86_64, 16, []));
        Assert.Equal(Enosys, machine.Run(SeccompModes.AUDIT_ARCH_X86_64, 514, []));
    }

    [Theory]
    [InlineData("SCMP_ACT_ERRNO", 1u, Enosys)]
    [InlineData("SCMP_ACT_ERRNO", 38u, Enosys)]
    [InlineData("SCMP_ACT_KILL", null, Enosys)]
    [InlineData("SCMP_ACT_KILL_PROCESS", null, Enosys)]
    [InlineData("SCMP_ACT_TRAP", null, Enosys)]
    [InlineData("SCMP_ACT_ALLOW", null, Allow)]
    [InlineData("SCMP_ACT_LOG", null, 0x7ffc0000u)]
    [InlineData("SCMP_ACT_TRACE", 7u, 0x7ff00007u)]
    public void Calls_newer_than_all_that_a_profile_names_give_ENOSYS(string action, uint? number, uint expected)
    {
        // openat2 is 437; the rule for it counts although it says no more than the default.
        var machine = Compile(new()
        {
            DefaultAction = action,
            DefaultErrnoRet = number,
            Syscalls = [Rule("SCMP_ACT_ALLOW", "read"), new() { Names = ["openat2"], Action = action, ErrnoRet = number }],
        });
        Assert.Equal(expected, machine.Run(SeccompModes.AUDIT_ARCH_X86_64, 438, []));
        Assert.Equal(machine.Run(SeccompModes.AUDIT_ARCH_X86_64, 2, []), machine.Run(SeccompModes.AUDIT_ARCH_X86_64, 437, []));
    }

    [Fact]
    public void A_profile_that_names_no_call_that_exists_has_no_ENOSYS()
    {
        var machine = Compile(new() { DefaultAction = "SCMP_ACT_ERRNO", DefaultErrnoRet = 13, Syscalls = [Rule("SCMP_ACT_ALLOW", "frobnicate", "waitpid")] });
        Assert.Equal(0x0005000Du, machine.Run(SeccompModes.AUDIT_ARCH_X86_64, 0, []));
        Assert.Equal(0x0005000Du, machine.Run(SeccompModes.AUDIT_ARCH_X86_64, 9999, []));
    }

    [Theory]
    [InlineData("SCMP_ACT_ALLOW", null, 0x7fff0000u)]
    [InlineData("SCMP_ACT_ERRNO", null, 0x00050001u)]
    [InlineData("SCMP_ACT_ERRNO", 13u, 0x0005000Du)]
    [InlineData("SCMP_ACT_KILL", null, 0u)]
    [InlineData("SCMP_ACT_KILL_THREAD", null, 0u)]
    [InlineData("SCMP_ACT_KILL_PROCESS", null, 0x80000000u)]
    [InlineData("SCMP_ACT_TRAP", null, 0x00030000u)]
    [InlineData("SCMP_ACT_TRACE", null, 0x7ff00001u)]
    [InlineData("SCMP_ACT_TRACE", 5u, 0x7ff00005u)]
    [InlineData("SCMP_ACT_LOG", null, 0x7ffc0000u)]
    [InlineData("SCMP_ACT_NOTIFY", null, 0x7fc00000u)]
    public void Every_action_becomes_its_value(string action, uint? number, uint expected)
    {
        var profile = new LinuxSeccomp { DefaultAction = "SCMP_ACT_ERRNO", DefaultErrnoRet = 99, Syscalls = [new() { Names = ["getcwd"], Action = action, ErrnoRet = number }] };
        var program = SeccompCompiler.Compile(profile, SeccompMode.X64);
        Assert.Equal(expected, new BpfMachine(program.Filter).Run(SeccompModes.AUDIT_ARCH_X86_64, 79, []));
        Assert.Equal(action == "SCMP_ACT_NOTIFY", program.NeedsNotify);
        Assert.Equal(program.NeedsNotify ? SeccompProgram.SECCOMP_FILTER_FLAG_NEW_LISTENER : 0, program.Flags);
    }

    [Fact]
    public void Flags_become_bits()
    {
        string[] names = ["SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW", "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"];
        Assert.Equal(0b110u, SeccompProgram.ParseFlags(names, needsNotify: false));
        Assert.Equal(0b101110u, SeccompProgram.ParseFlags(names, needsNotify: true));
    }

    [Fact]
    public void A_profile_with_words_that_do_not_exist_is_refused()
    {
        LinuxSeccomp good = new() { DefaultAction = "SCMP_ACT_ALLOW", Syscalls = [Rule("SCMP_ACT_ERRNO", "read")] };
        foreach (var profile in (LinuxSeccomp[])
        [
            good with { DefaultAction = "SCMP_ACT_PERHAPS" },
            good with { DefaultAction = null },
            good with { DefaultAction = "SCMP_ACT_NOTIFY" },
            good with { Architectures = ["SCMP_ARCH_Z80"] },
            good with { Flags = ["SECCOMP_FILTER_FLAG_LOUD"] },
            good with { Syscalls = [Rule("ALLOW", "read")] },
            good with { Syscalls = [Rule("SCMP_ACT_NOTIFY", "write")] },
            good with { Syscalls = [Conditional("SCMP_ACT_ERRNO", "read", (0, "==", 1, 0))] },
            good with { Syscalls = [Conditional("SCMP_ACT_ERRNO", "read", (6, "SCMP_CMP_EQ", 1, 0))] },
            good with { Syscalls = [Conditional("SCMP_ACT_ERRNO", "read", (0, "SCMP_CMP_EQ", 1, 0)), Conditional("SCMP_ACT_TRAP", "read", (0, "SCMP_CMP_EQ", 1, 0))] },
        ])
        {
            Assert.Throws<InvalidSettingException>(() => SeccompCompiler.Compile(profile, SeccompMode.X64));
        }

        Assert.NotEmpty(SeccompCompiler.Compile(good with { Architectures = ["SCMP_ARCH_MIPS64", "SCMP_ARCH_S390X"] }, SeccompMode.X64).Filter);
    }

    [Fact]
    public void A_rule_without_conditions_beats_those_with_and_one_with_the_default_action_says_nothing()
    {
        var rules = new List<LinuxSyscall> { Conditional("SCMP_ACT_TRAP", "read", (0, "SCMP_CMP_EQ", 1, 0)), Rule("SCMP_ACT_ALLOW", "read"), Rule("SCMP_ACT_TRAP", "read") };
        var machine = Compile(new() { DefaultAction = "SCMP_ACT_ERRNO", Syscalls = rules });
        Assert.Equal(Allow, machine.Run(SeccompModes.AUDIT_ARCH_X86_64, 0, [1]));

        machine = Compile(new() { DefaultAction = "SCMP_ACT_ALLOW", Syscalls = [rules[1], rules[0]] });
        Assert.Equal(0x00030000u, machine.Run(SeccompModes.AUDIT_ARCH_X86_64, 0, [1]));
        Assert.Equal(Allow, machine.Run(SeccompModes.AUDIT_ARCH_X86_64, 0, [2]));
    }

    [Fact]
    public void Conditions_on_one_argument_are_alternatives_and_on_several_all_must_hold()
    {
        var machine = Compile(new()
        {
            DefaultAction = "SCMP_ACT_ERRNO",
            Syscalls =
            [
                Conditional("SCMP_ACT_ALLOW", "read", (0, "SCMP_CMP_EQ", 1, 0), (0, "SCMP_CMP_EQ", 3, 0), (1, "SCMP_CMP_EQ", 7, 0)),
                Conditional("SCMP_ACT_ALLOW", "openat2", (0, "SCMP_CMP_EQ", 1, 0), (2, "SCMP_CMP_GE", 7, 0)),
            ],
        });
        Assert.Equal(Allow, machine.Run(SeccompModes.AUDIT_ARCH_X86_64, 0, [1, 0]));
        Assert.Equal(Allow, machine.Run(SeccompModes.AUDIT_ARCH_X86_64, 0, [3, 0]));
        Assert.Equal(Allow, machine.Run(SeccompModes.AUDIT_ARCH_X86_64, 0, [0, 7]));
        Assert.Equal(Eperm, machine.Run(SeccompModes.AUDIT_ARCH_X86_64, 0, [2, 2]));
        Assert.Equal(Allow, machine.Run(SeccompModes.AUDIT_ARCH_X86_64, 437, [1, 0, 7]));
        Assert.Equal(Eperm, machine.Run(SeccompModes.AUDIT_ARCH_X86_64, 437, [1, 0, 6]));
        Assert.Equal(Eperm, machine.Run(SeccompModes.AUDIT_ARCH_X86_64, 437, [2, 0, 7]));
    }

    [Fact]
    public void A_32_bit_programs_socketcall_is_held_to_the_rules_of_what_hides_in_it()
    {
        LinuxSeccomp profile = new()
        {
            DefaultAction = "SCMP_ACT_ERRNO",
            Architectures = ["SCMP_ARCH_X86"],
            Syscalls = [Rule("SCMP_ACT_ALLOW", "connect", "semget"), Conditional("SCMP_ACT_ALLOW", "socket", (0, "SCMP_CMP_LT", 38, 0))],
        };
        var machine = Compile(profile);
        Assert.Equal(Allow, machine.Run(SeccompModes.AUDIT_ARCH_I386, 102, [3]));
        Assert.Equal(Eperm, machine.Run(SeccompModes.AUDIT_ARCH_I386, 102, [1]));
        Assert.Equal(Allow, machine.Run(SeccompModes.AUDIT_ARCH_I386, 117, [0x10002]));
        Assert.Equal(Eperm, machine.Run(SeccompModes.AUDIT_ARCH_I386, 117, [1]));

        machine = Compile(profile with { DefaultAction = "SCMP_ACT_ALLOW", Syscalls = [Conditional("SCMP_ACT_ERRNO", "socket", (0, "SCMP_CMP_EQ", 38, 0))] });
        Assert.Equal(Eperm, machine.Run(SeccompModes.AUDIT_ARCH_I386, 102, [1]));
        Assert.Equal(Allow, machine.Run(SeccompModes.AUDIT_ARCH_I386, 102, [2]));
    }

    [Fact]
    public void Jumps_farther_than_255_instructions_arrive_and_too_many_instructions_are_refused()
    {
        var names = SyscallList.All().Where(call => call.Numbers.X64 >= 0).ToList();
        LinuxSeccomp Profile(int conditions) => new()
        {
            DefaultAction = "SCMP_ACT_ERRNO",
            Syscalls = [.. Enumerable.Range(0, conditions).Select(i =>
                Conditional(i % 3 == 0 ? "SCMP_ACT_LOG" : "SCMP_ACT_ALLOW", names[i % names.Count].Name, ((uint)(i / names.Count), "SCMP_CMP_EQ", (ulong)(i + 1) << 20, 0)))],
        };

        var profile = Profile(600);
        var machine = Compile(profile);
        for (var i = 0; i < 600; i++)
        {
            var arguments = new ulong[6];
            arguments[i / names.Count] = (ulong)(i + 1) << 20;
            var number = (uint)names[i % names.Count].Numbers.X64;
            Assert.Equal(i % 3 == 0 ? 0x7ffc0000u : Allow, machine.Run(SeccompModes.AUDIT_ARCH_X86_64, number, arguments));
            arguments[i / names.Count]++;
            Assert.Equal(Eperm, machine.Run(SeccompModes.AUDIT_ARCH_X86_64, number, arguments));
        }

        var error = Assert.Throws<InvalidSettingException>(() => Compile(Profile(1500)));
        Assert.Contains("4096", error.Message);
    }

    private static BpfMachine Compile(LinuxSeccomp profile) => new(SeccompCompiler.Compile(profile, SeccompMode.X64).Filter);

    internal static LinuxSyscall Rule(string action, params string[] names) => new() { Names = [.. names], Action = action };

    internal static LinuxSyscall Conditional(string action, string name, params (uint Index, string Op, ulong Value, ulong ValueTwo)[] args) => new()
    {
        Names = [name],
        Action = action,
        Args = [.. args.Select(arg => new LinuxSeccompArg { Index = arg.Index, Op = arg.Op, Value = arg.Value, ValueTwo = arg.ValueTwo })],
    };
}
