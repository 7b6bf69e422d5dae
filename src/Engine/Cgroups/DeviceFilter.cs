using System.Runtime.InteropServices;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Oci;
using Microsoft.Win32.SafeHandles;

namespace ContainerPS.Engine.Cgroups;

/// <summary>
/// Device rules on cgroup v2: a program of type BPF_PROG_TYPE_CGROUP_DEVICE that the kernel asks at every mknod and open of a device
/// (kernel documentation, admin-guide/cgroup-v2 "Device controller").
/// </summary>
internal static unsafe class DeviceFilter
{
    private const int BPF_PROG_LOAD = 5;
    private const int BPF_PROG_ATTACH = 8;
    private const int BPF_PROG_DETACH = 9;
    private const int BPF_PROG_GET_FD_BY_ID = 13;
    private const int BPF_PROG_QUERY = 16;
    private const int BPF_PROG_TYPE_CGROUP_DEVICE = 15;
    private const int BPF_CGROUP_DEVICE = 6;
    private const int BPF_F_ALLOW_MULTI = 2;
    private const int BPF_F_REPLACE = 4;
    private const int AttributeSize = 128;

    // Registers: 0 the answer, 1 the context and then scratch, 2 type, 3 access, 4 major, 5 minor.
    private const byte LDX_W = 0x61;
    private const byte AND32 = 0x54;
    private const byte RSH32 = 0x74;
    private const byte MOV64 = 0xb7;
    private const byte MOV32_X = 0xbc;
    private const byte JNE = 0x55;
    private const byte JNE_X = 0x5d;
    private const byte JEQ = 0x15;
    private const byte EXIT = 0x95;

    /// <summary>One instruction (struct bpf_insn).</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Instruction
    {
        internal byte Code, Registers;
        internal short Offset;
        internal int Value;
    }

    /// <summary>Allows what the rules allow, the last that fits deciding, and nothing else.</summary>
    internal static Instruction[] Compile(IReadOnlyList<LinuxDeviceCgroup> rules)
    {
        var program = new List<Instruction>
        {
            New(LDX_W, 2, 1, 0, 0), New(AND32, 2, 0, 0, 0xFFFF),
            New(LDX_W, 3, 1, 0, 0), New(RSH32, 3, 0, 0, 16),
            New(LDX_W, 4, 1, 4, 0), New(LDX_W, 5, 1, 8, 0),
        };
        for (var i = rules.Count - 1; i >= 0; i--)
        {
            AddRule(program, rules[i]);
            if (DeviceRules.IsEverything(rules[i])) return [.. program]; // no earlier rule is ever asked
        }

        program.AddRange([New(MOV64, 0, 0, 0, 0), New(EXIT, 0, 0, 0, 0)]);
        return [.. program];
    }

    /// <summary>
    /// Loads the rules' program and puts it in place of the one the cgroup has, in one step. Where there are several, or the kernel (before 5.6)
    /// cannot replace, old and new hold together for a moment, never neither.
    /// </summary>
    internal static void Attach(string directory, IReadOnlyList<LinuxDeviceCgroup> rules)
    {
        var cgroup = KernelFile.Open(directory, Tmds.Linux.LibC.O_RDONLY | Tmds.Linux.LibC.O_DIRECTORY);
        if (cgroup < 0) throw new RuntimeStepException("open", directory, -cgroup);
        using var owner = new SafeFileHandle(cgroup, ownsHandle: true);
        var ids = stackalloc uint[64];
        var count = Query(cgroup, ids, directory);
        using var program = Load(Compile(rules), directory);
        if (count == 1 && TryReplace(cgroup, program.Number(), ids[0], directory)) return;
        var attributes = stackalloc uint[AttributeSize / 4];
        Set(attributes, (uint)cgroup, (uint)program.Number(), BPF_CGROUP_DEVICE, BPF_F_ALLOW_MULTI);
        Check(Call(BPF_PROG_ATTACH, attributes), "attach device rules to", directory);
        for (var i = 0; i < count; i++)
        {
            using var old = Open(ids[i], directory);
            Set(attributes, (uint)cgroup, (uint)old.Number(), BPF_CGROUP_DEVICE, 0);
            Check(Call(BPF_PROG_DETACH, attributes), "detach device rules from", directory);
        }
    }

    private static bool TryReplace(int cgroup, int program, uint oldId, string directory)
    {
        using var old = Open(oldId, directory);
        var attributes = stackalloc uint[AttributeSize / 4];
        Set(attributes, (uint)cgroup, (uint)program, BPF_CGROUP_DEVICE, BPF_F_ALLOW_MULTI | BPF_F_REPLACE);
        attributes[4] = (uint)old.Number();
        return Call(BPF_PROG_ATTACH, attributes) >= 0;
    }

    private static SafeFileHandle Open(uint id, string directory)
    {
        var attributes = stackalloc uint[AttributeSize / 4];
        Set(attributes, id, 0, 0, 0);
        return new SafeFileHandle((int)Check(Call(BPF_PROG_GET_FD_BY_ID, attributes), "open device rules of", directory), ownsHandle: true);
    }

    private static void AddRule(List<Instruction> program, LinuxDeviceCgroup rule)
    {
        var start = program.Count;
        if (DeviceRules.TypeOf(rule) is var type && type != 'a') program.Add(New(JNE, 2, 0, 0, type == 'b' ? 1 : 2));
        var access = DeviceRules.AccessOf(rule);
        if (access != 7)
        {
            // All that is wanted has to be allowed; any of it may be denied.
            program.Add(New(MOV32_X, 1, 3, 0, 0));
            program.Add(New(AND32, 1, 0, 0, access));
            program.Add(rule.Allow ? New(JNE_X, 1, 3, 0, 0) : New(JEQ, 1, 0, 0, 0));
        }

        if (type != 'a' && rule.Major is >= 0) program.Add(New(JNE, 4, 0, 0, (int)rule.Major));
        if (type != 'a' && rule.Minor is >= 0) program.Add(New(JNE, 5, 0, 0, (int)rule.Minor));
        program.Add(New(MOV64, 0, 0, 0, rule.Allow ? 1 : 0));
        program.Add(New(EXIT, 0, 0, 0, 0));

        // What does not fit goes on behind the rule; a jump counts from the instruction after it.
        for (var i = start; i < program.Count; i++)
        {
            var instruction = program[i];
            if (instruction.Code is not (JNE or JNE_X or JEQ)) continue;
            instruction.Offset = (short)(program.Count - i - 1);
            program[i] = instruction;
        }
    }

    private static Instruction New(byte code, int destination, int source, short offset, int value) =>
        new() { Code = code, Registers = (byte)(destination | (source << 4)), Offset = offset, Value = value };

    private static SafeFileHandle Load(Instruction[] program, string directory)
    {
        var attributes = stackalloc uint[AttributeSize / 4];
        Set(attributes, BPF_PROG_TYPE_CGROUP_DEVICE, (uint)program.Length, 0, 0);
        fixed (Instruction* instructions = program)
        fixed (byte* license = "Apache"u8)
        {
            ((ulong*)attributes)[1] = (ulong)instructions;
            ((ulong*)attributes)[2] = (ulong)license;
            return new SafeFileHandle((int)Check(Call(BPF_PROG_LOAD, attributes), "load device rules for", directory), ownsHandle: true);
        }
    }

    /// <summary>Ids of the programs that are attached to the cgroup itself.</summary>
    private static int Query(int cgroup, uint* ids, string directory)
    {
        var attributes = stackalloc uint[AttributeSize / 4];
        Set(attributes, (uint)cgroup, BPF_CGROUP_DEVICE, 0, 0);
        ((ulong*)attributes)[2] = (ulong)ids;
        attributes[6] = 64;
        Check(Call(BPF_PROG_QUERY, attributes), "ask for device rules of", directory);
        return (int)attributes[6];
    }

    private static void Set(uint* attributes, uint first, uint second, uint third, uint fourth)
    {
        new Span<uint>(attributes, AttributeSize / 4).Clear();
        (attributes[0], attributes[1], attributes[2], attributes[3]) = (first, second, third, fourth);
    }

    private static nint Call(int command, uint* attributes) => Syscall.Raw(Syscall.Number(321, 280) /* bpf */, command, (nint)attributes, AttributeSize);

    private static nint Check(nint result, string step, string directory) =>
        result >= 0 ? result : throw new RuntimeStepException(step, directory, (int)-result, "Device rules need CAP_BPF and CAP_NET_ADMIN, or CAP_SYS_ADMIN.");
}
