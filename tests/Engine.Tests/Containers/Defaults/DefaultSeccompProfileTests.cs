using ContainerPS.Engine.Containers;
using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Runtime;
using ContainerPS.Engine.Tests.Runtime;

namespace ContainerPS.Engine.Tests.Containers.Defaults;

public class DefaultSeccompProfileTests
{
    private static readonly ulong[] s_values =
    [
        0, 1, 8, 16, 37, 38, 39, 40, 41, 42, 43, 44, 45, 0x20000, 0x20008, 0x40000, 0x80, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000,
        0x40000000, 0x01200011, 0xFFFFFFFF,
    ];

    private static readonly ulong[] s_families = [.. Enumerable.Range(0, 128).Select(family => (ulong)family)];

    public static TheoryData<string, string> Cases()
    {
        string[] sets = ["", "default", "all", .. Capabilities.Names.ToArray()];
        var cases = new TheoryData<string, string>();
        foreach (var set in sets)
        {
            cases.Add("amd64", set);
            cases.Add("arm64", set);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void It_says_what_Dockers_profile_says(string architecture, string capabilities)
    {
        var native = architecture == "amd64" ? SeccompMode.X64 : SeccompMode.Arm64;
        HashSet<string> set = capabilities switch
        {
            "" => [],
            "default" => [.. DefaultCapabilities.Names],
            "all" => [.. Capabilities.Names],
            _ => [.. DefaultCapabilities.Names, capabilities],
        };
        var ours = DefaultSeccompProfile.Create(set, native);
        var dockers = ours with { Syscalls = ReadDockers(architecture, set) };
        Assert.Equal(Names(dockers), Names(ours));

        BpfMachine a = new(SeccompCompiler.Compile(ours, native).Filter), b = new(SeccompCompiler.Compile(dockers, native).Filter);
        foreach (var mode in SeccompCompilerTests.ModesOf(native))
        {
            foreach (var (name, numbers) in SyscallList.All())
            {
                if (numbers.For(mode) == SyscallTable.None)
                    continue;
                // Of socket, ours differs from 128 on: no family has such a number.
                foreach (var value in name is "clone" or "personality" ? s_values : name == "socket" ? s_families : [0UL])
                {
                    ulong[] arguments = [value, value, 0, 0, 0, 0];
                    var number = (uint)numbers.For(mode);
                    Assert.True(b.Run(mode.AuditArch(), number, arguments) == a.Run(mode.AuditArch(), number, arguments), $"{mode} {name} {value:x}");
                }
            }
        }
    }

    [Fact]
    public void A_family_with_bits_the_kernel_does_not_look_at_is_refused()
    {
        var machine = new BpfMachine(SeccompCompiler.Compile(DefaultSeccompProfile.Create(new HashSet<string>(), SeccompMode.X64), SeccompMode.X64).Filter);
        for (var family = 0UL; family < 128; family++)
            Assert.Equal(0x00050001u, machine.Run(SeccompModes.AUDIT_ARCH_X86_64, 41, [0x1_0000_0000 | family]));
    }

    private static IEnumerable<string> Names(LinuxSeccomp profile) =>
        profile.Syscalls!.SelectMany(rule => rule.Names!.Select(name => $"{name} {rule.Action} {rule.ErrnoRet}")).Distinct().Order(StringComparer.Ordinal);

    // Lines "conditions | kind | names | what": see the head of the file.
    private static List<LinuxSyscall> ReadDockers(string architecture, HashSet<string> capabilities)
    {
        var rules = new List<LinuxSyscall>();
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "data/seccomp/docker-default.txt")).Where(line => line[0] != '#'))
        {
            var fields = line.Split('|', StringSplitOptions.TrimEntries);
            if (!Applies(fields[0], architecture, capabilities))
                continue;
            var rule = new LinuxSyscall { Names = [.. fields[2].Split(' ')], Action = fields[1] == "errno" ? "SCMP_ACT_ERRNO" : "SCMP_ACT_ALLOW" };
            if (fields[1] == "errno")
                rule.ErrnoRet = uint.Parse(fields[3]);
            if (fields[1] == "if" && fields[3].Split(' ') is [var index, var op, var value])
                rule.Args = [new() { Index = uint.Parse(index), Op = op, Value = ulong.Parse(value) }];
            rules.Add(rule);
        }

        Assert.NotEmpty(rules);
        return rules;
    }

    // "+X" needs X, "-X" forbids it; of several processors with '+' one is enough.
    private static bool Applies(string conditions, string architecture, HashSet<string> capabilities)
    {
        var processors = new List<string>();
        foreach (var condition in conditions.Split(' ').Where(condition => condition != "*"))
        {
            var name = condition[1..];
            if (name.StartsWith("CAP_") ? capabilities.Contains(name) == (condition[0] == '-') : condition[0] == '-' && name == architecture)
                return false;
            if (!name.StartsWith("CAP_") && condition[0] == '+')
                processors.Add(name);
        }

        return processors.Count == 0 || processors.Contains(architecture);
    }
}
