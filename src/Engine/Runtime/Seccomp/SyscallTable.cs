namespace ContainerPS.Engine.Runtime;

/// <summary>
/// Names and numbers of the system calls of the five processor modes we filter. The text of both parts is the table itself: sorted lines,
/// searched in place, so that nothing is built when the program starts. A '-' says that the mode does not have the call.
/// </summary>
internal static partial class SyscallTable
{
    /// <summary>The call does not exist there.</summary>
    internal const int None = -1;

    /// <summary>Numbers of one call; an x32 number is without its mark, bit 30.</summary>
    internal readonly record struct Numbers(int X64, int X86, int X32, int Arm64, int Arm)
    {
        /// <summary>The number in one mode, as the kernel shows it to a filter; <see cref="None"/> when the mode lacks the call.</summary>
        internal int For(SeccompMode mode) => mode switch
        {
            SeccompMode.X64 => X64,
            SeccompMode.X86 => X86,
            SeccompMode.X32 => X32 == None ? None : X32 | SeccompModes.X32Mark,
            SeccompMode.Arm64 => Arm64,
            _ => Arm,
        };
    }

    /// <summary>Finds a call: false when no mode has one of that name.</summary>
    internal static bool TryFind(ReadOnlySpan<char> name, out Numbers numbers)
    {
        numbers = default;
        Span<byte> wanted = stackalloc byte[64];
        if (name.Length is 0 or > 63 || !System.Text.Ascii.IsValid(name))
            return false;
        System.Text.Encoding.ASCII.GetBytes(name, wanted);
        wanted = wanted[..name.Length];

        var table = wanted[0] < (byte)'m' ? AtoL : MtoZ;
        int low = 0, high = table.Length;
        while (low < high)
        {
            // Both bounds are starts of lines; so is the last line that starts at or before the middle.
            var start = table[low..((low + high) / 2)].LastIndexOf((byte)'\n') + 1 + low;
            var line = table[start..];
            line = line[..line.IndexOf((byte)'\n')];
            var blank = line.IndexOf((byte)' ');
            var order = wanted.SequenceCompareTo(line[..blank]);
            if (order == 0)
            {
                numbers = Parse(line[(blank + 1)..]);
                return true;
            }

            if (order < 0)
                high = start;
            else
                low = start + line.Length + 1;
        }

        return false;
    }

    private static Numbers Parse(ReadOnlySpan<byte> columns)
    {
        Span<int> values = stackalloc int[5];
        foreach (ref var value in values)
        {
            value = columns[0] == (byte)'-' ? None : 0;
            var length = 1;
            if (value != None)
            {
                for (length = 0; length < columns.Length && columns[length] != (byte)' '; length++)
                    value = value * 10 + columns[length] - '0';
            }

            columns = length < columns.Length ? columns[(length + 1)..] : default;
        }

        return new(values[0], values[1], values[2], values[3], values[4]);
    }
}
