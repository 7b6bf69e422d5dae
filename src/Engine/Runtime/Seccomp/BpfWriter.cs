using System.Buffers.Binary;

namespace ContainerPS.Engine.Runtime;

/// <summary>
/// Writes a classic BPF program from its end to its start. A jump goes forward only, so whatever is written knows where its targets lie, and a
/// target beyond the 255 instructions that a conditional jump reaches gets a stepping stone on the spot.
/// A position is an instruction's number counted from the end.
/// </summary>
internal sealed class BpfWriter
{
    // linux/bpf_common.h
    internal const ushort LD_W_ABS = 0x20;
    internal const ushort ALU_AND_K = 0x54;
    internal const ushort JA = 0x05;
    internal const ushort JEQ_K = 0x15;
    internal const ushort JGT_K = 0x25;
    internal const ushort JGE_K = 0x35;
    internal const ushort JSET_K = 0x45;
    internal const ushort RET_K = 0x06;

    private const int FarthestJump = 255;

    private readonly List<(ushort Code, byte True, byte False, uint K)> _instructions = new(512);
    private readonly List<(uint Value, int Position)> _returns = [];

    /// <summary>Number of instructions written.</summary>
    internal int Count => _instructions.Count;

    /// <summary>Position of an instruction that returns a value; one that is there already serves again.</summary>
    internal int Return(uint value)
    {
        foreach (var (known, position) in _returns)
        {
            if (known == value)
                return position;
        }

        return NewReturn(value);
    }

    /// <summary>Jumps by the accumulator: <paramref name="code"/> is one of the J…_K.</summary>
    internal int Branch(ushort code, uint k, int whenTrue, int whenFalse)
    {
        if (whenTrue == whenFalse)
            return whenTrue;

        // The first target must keep one step in hand: a stone for the second moves it away by one.
        if (Distance(whenTrue) >= FarthestJump)
            whenTrue = SteppingStone(whenTrue);
        if (Distance(whenFalse) > FarthestJump)
            whenFalse = SteppingStone(whenFalse);
        return Write(code, checked((byte)Distance(whenTrue)), checked((byte)Distance(whenFalse)), k);
    }

    /// <summary>Loads 32 bits of <c>struct seccomp_data</c> and goes on.</summary>
    internal int Load(int offset, int next)
    {
        FallInto(next);
        return Write(LD_W_ABS, 0, 0, (uint)offset);
    }

    /// <summary>Masks the accumulator and goes on.</summary>
    internal int And(uint mask, int next)
    {
        FallInto(next);
        return Write(ALU_AND_K, 0, 0, mask);
    }

    /// <summary>The program as the kernel reads it, <c>struct sock_filter</c> after <c>struct sock_filter</c>.</summary>
    internal byte[] ToArray()
    {
        var bytes = new byte[_instructions.Count * 8];
        for (var i = 0; i < _instructions.Count; i++)
        {
            var (code, whenTrue, whenFalse, k) = _instructions[^(i + 1)];
            var target = bytes.AsSpan(i * 8);
            BinaryPrimitives.WriteUInt16LittleEndian(target, code);
            target[2] = whenTrue;
            target[3] = whenFalse;
            BinaryPrimitives.WriteUInt32LittleEndian(target[4..], k);
        }

        return bytes;
    }

    private void FallInto(int next)
    {
        if (Distance(next) != 0)
            SteppingStone(next);
    }

    // A copy of a return instruction is as long as a jump to it, and quicker.
    private int SteppingStone(int target)
    {
        var (code, _, _, k) = _instructions[target];
        return code == RET_K ? NewReturn(k) : Write(JA, 0, 0, (uint)Distance(target));
    }

    private int NewReturn(uint value)
    {
        var position = Write(RET_K, 0, 0, value);
        var known = _returns.FindIndex(entry => entry.Value == value);
        if (known < 0)
            _returns.Add((value, position));
        else
            _returns[known] = (value, position);
        return position;
    }

    private int Distance(int target) => _instructions.Count - target - 1;

    private int Write(ushort code, byte whenTrue, byte whenFalse, uint k)
    {
        _instructions.Add((code, whenTrue, whenFalse, k));
        return _instructions.Count - 1;
    }
}
