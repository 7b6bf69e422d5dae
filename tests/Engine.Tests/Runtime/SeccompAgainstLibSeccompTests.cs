using System.Runtime.InteropServices;
using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Runtime;

namespace ContainerPS.Engine.Tests.Runtime;

public class SeccompAgainstLibSeccompTests
{
    private static readonly string[] s_names = ["read", "getpid", "ioctl", "openat2", "clone"];

    private static readonly string[] s_operators = [.. SeccompCondition.KnownOperators];

    private static readonly ulong[] s_values =
        [0, 1, 2, 3, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF, 0x1_0000_0000, 0x1_0000_0001, 0x1_0000_0002, 0x2_0000_0000, 0x2_0000_0001, ulong.MaxValue - 1, ulong.MaxValue];

    [LibSeccompFact]
    public void Single_rules_with_any_conditions_mean_the_same()
    {
        var random = new Random(20260823);
        for (var round = 0; round < 500; round++)
        {
            var profile = Profile(random, ["SCMP_ACT_ALLOW", "SCMP_ACT_LOG"], rules: 5, conditions: 3, s_operators, s_values);
            profile.Syscalls = [.. profile.Syscalls!.DistinctBy(entry => entry.Names![0])];
            Compare(profile, random);
        }
    }

    // Not asked: rules of one call whose values differ in their upper halves only, of which libseccomp 2.5 loses some, and masks and inequalities,
    // whose order there depends on the mode and on the order in the profile.
    [LibSeccompFact]
    public void Overlapping_rules_with_several_actions_mean_the_same()
    {
        var random = new Random(19700101);
        for (var round = 0; round < 500; round++)
            Compare(Profile(random, ["SCMP_ACT_ALLOW", "SCMP_ACT_LOG", "SCMP_ACT_TRAP"], rules: 3 + random.Next(5), conditions: 1, ["SCMP_CMP_EQ", "SCMP_CMP_LT", "SCMP_CMP_LE", "SCMP_CMP_GE", "SCMP_CMP_GT"], s_values[..8]), random);
    }

    private static LinuxSeccomp Profile(Random random, string[] actions, int rules, int conditions, string[] operators, ulong[] values)
    {
        var profile = new LinuxSeccomp
        {
            DefaultAction = "SCMP_ACT_ERRNO",
            // The number that makes our rule for newer calls, which is not libseccomp's but runc's, say nothing.
            DefaultErrnoRet = 38,
            Architectures = ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"],
            Syscalls = [],
        };
        for (var i = 0; i < rules; i++)
        {
            var args = new (uint, string, ulong, ulong)[random.Next(conditions + 1)];
            var indexes = Enumerable.Range(0, 3).OrderBy(_ => random.Next()).ToArray();
            for (var j = 0; j < args.Length; j++)
                args[j] = ((uint)indexes[j], operators[random.Next(operators.Length)], Pick(values, random), Pick(values, random));
            profile.Syscalls.Add(SeccompCompilerTests.Conditional(actions[random.Next(actions.Length)], s_names[random.Next(s_names.Length)], args));
        }

        return profile;
    }

    private static void Compare(LinuxSeccomp profile, Random random)
    {
        var theirs = LibSeccomp.Compile(profile);
        byte[] ours;
        try
        {
            ours = SeccompCompiler.Compile(profile, SeccompMode.X64).Filter;
        }
        catch (InvalidSettingException)
        {
            // Rules that contradict each other; 2.5 does not notice all of them.
            return;
        }

        if (theirs is null)
            return;
        BpfMachine a = new(ours), b = new(theirs);
        foreach (var mode in SeccompCompilerTests.ModesOf(SeccompMode.X64))
        {
            foreach (var name in s_names)
            {
                SyscallTable.TryFind(name, out var numbers);
                for (var i = 0; i < 30; i++)
                {
                    ulong[] arguments = [Pick(s_values, random), Pick(s_values, random), Pick(s_values, random), 0, 0, 0];
                    if (!mode.Is64Bit())
                        arguments = Array.ConvertAll(arguments, value => (ulong)(uint)value);
                    var number = (uint)numbers.For(mode);
                    var expected = b.Run(mode.AuditArch(), number, arguments);
                    var actual = a.Run(mode.AuditArch(), number, arguments);
                    Assert.True(
                        expected == actual,
                        $"{mode} {name}({arguments[0]:x}, {arguments[1]:x}, {arguments[2]:x}): expected {expected:x}, got {actual:x}\n{Describe(profile)}");
                }
            }
        }
    }

    private static ulong Pick(ulong[] values, Random random) => values[random.Next(values.Length)];

    private static string Describe(LinuxSeccomp profile) => string.Join(
        "\n",
        profile.Syscalls!.Select(entry => $"{entry.Names![0]} {entry.Action} {string.Join(" && ", entry.Args!.Select(arg => $"a{arg.Index} {arg.Op} {arg.Value:x} {arg.ValueTwo:x}"))}"));

    private sealed class LibSeccompFactAttribute : FactAttribute
    {
        public LibSeccompFactAttribute() =>
            Skip = LibSeccomp.IsInstalled && RuntimeInformation.ProcessArchitecture == Architecture.X64 ? null : "There is no libseccomp for x86-64 here.";
    }
}
