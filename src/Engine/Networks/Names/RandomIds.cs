using System.Runtime.CompilerServices;
using ContainerPS.Engine.Linux;

namespace ContainerPS.Engine.Networks;

/// <summary>Ids of queries that nobody can guess, from the kernel's random numbers, some hundred at a time (man 2 getrandom).</summary>
internal sealed unsafe class RandomIds
{
    private const int Count = 128;
    private Numbers _numbers;
    private int _left;

    /// <summary>The next.</summary>
    internal ushort Next()
    {
        if (_left == 0)
        {
            // Up to 256 bytes come at once and whole.
            nint result;
            fixed (ushort* p = &_numbers[0]) result = Syscall.Raw(Syscall.Number(318, 278) /* getrandom */, (nint)p, Count * sizeof(ushort), 0);
            if (result != Count * sizeof(ushort)) throw new KernelException("getrandom", "", (int)-result);
            _left = Count;
        }

        return _numbers[--_left];
    }

    [InlineArray(Count)]
    private struct Numbers
    {
        private ushort _first;
    }
}
