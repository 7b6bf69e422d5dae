using System.Buffers.Binary;
using ContainerPS.Engine.Runtime;

namespace ContainerPS.Engine.Tests.Runtime;

/// <summary>Runs a classic BPF program over a <c>struct seccomp_data</c>, with the checks the kernel makes when it takes a filter.</summary>
internal sealed class BpfMachine
{
    private readonly (ushort Code, byte True, byte False, uint K)[] _program;

    internal BpfMachine(byte[] filter)
    {
        Assert.Equal(0, filter.Length % 8);
        _program = new (ushort, byte, byte, uint)[filter.Length / 8];
        Assert.InRange(_program.Length, 1, 4096);
        for (var i = 0; i < _program.Length; i++)
        {
            var bytes = filter.AsSpan(i * 8, 8);
            _program[i] = (BinaryPrimitives.ReadUInt16LittleEndian(bytes), bytes[2], bytes[3], BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]));
            var (code, whenTrue, whenFalse, k) = _program[i];
            var farthest = code switch
            {
                BpfWriter.JA => k + 1,
                BpfWriter.JEQ_K or BpfWriter.JGT_K or BpfWriter.JGE_K or BpfWriter.JSET_K => Math.Max(whenTrue, whenFalse) + 1u,
                BpfWriter.RET_K => 0u,
                BpfWriter.LD_W_ABS or BpfWriter.ALU_AND_K => 1u,
                _ => throw new InvalidOperationException($"Instruction {i} has the unknown code {code:x}."),
            };
            Assert.True(i + farthest < _program.Length, $"Instruction {i} leaves the program.");
            if (code == BpfWriter.LD_W_ABS)
                Assert.True(k % 4 == 0 && k < 64, $"Instruction {i} loads from {k}.");
        }
    }

    /// <summary>Number of instructions the last run took.</summary>
    internal int Steps { get; private set; }

    /// <summary>What the filter returns for a call.</summary>
    internal uint Run(uint arch, uint number, ReadOnlySpan<ulong> arguments)
    {
        var accumulator = 0u;
        Steps = 0;
        for (var i = 0; ; i++)
        {
            Steps++;
            var (code, whenTrue, whenFalse, k) = _program[i];
            switch (code)
            {
                case BpfWriter.LD_W_ABS:
                    accumulator = k switch
                    {
                        0 => number,
                        4 => arch,
                        >= 16 => (uint)((k - 16) / 8 < arguments.Length ? arguments[(int)(k - 16) / 8] >> ((int)k % 8 * 8) : 0),
                        _ => 0,
                    };
                    break;
                case BpfWriter.ALU_AND_K:
                    accumulator &= k;
                    break;
                case BpfWriter.RET_K:
                    return k;
                case BpfWriter.JA:
                    i += (int)k;
                    break;
                default:
                    var holds = code switch
                    {
                        BpfWriter.JEQ_K => accumulator == k,
                        BpfWriter.JGT_K => accumulator > k,
                        BpfWriter.JGE_K => accumulator >= k,
                        _ => (accumulator & k) != 0,
                    };
                    i += holds ? whenTrue : whenFalse;
                    break;
            }
        }
    }
}
