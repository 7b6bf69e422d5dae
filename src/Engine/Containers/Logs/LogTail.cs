namespace ContainerPS.Engine.Containers;

/// <summary>Finds where the last lines of a log begin, from its end on.</summary>
internal static class LogTail
{
    private const int BlockSize = 64 * 1024;

    /// <summary>Behind the text of a record that ends a line. In the text itself the quotes would be escaped.</summary>
    private static ReadOnlySpan<byte> EndOfLine => "\\n\",\""u8;

    /// <summary>Sets a file's position to the beginning of the last lines.</summary>
    /// <param name="file">The file.</param>
    /// <param name="count">How many lines are wanted; lowered by those that are in this file, below 0 when there are more.</param>
    /// <returns>True when the position was set: the files before this one are not needed.</returns>
    internal static bool Seek(LogFile file, ref int count)
    {
        var block = new byte[BlockSize];
        var end = file.Length;
        while (end > 0)
        {
            // Blocks overlap, so that no mark is cut.
            var start = Math.Max(0, end - BlockSize);
            var length = file.Read(block, start);
            var data = block.AsSpan(0, (int)Math.Min(length, end - start));
            for (int at; (at = data.LastIndexOf(EndOfLine)) >= 0; data = data[..(at + EndOfLine.Length - 1)])
            {
                if (--count >= 0) continue;
                file.Position = AfterRecord(file, start + at);
                return true;
            }

            if (start == 0) break;
            end = start + EndOfLine.Length - 1;
        }

        return false;
    }

    // The end of the record that this is in: 16 KiB of text that is all escaped, and its frame, are shorter than two blocks.
    private static long AfterRecord(LogFile file, long position)
    {
        Span<byte> block = stackalloc byte[512];
        for (int length; (length = file.Read(block, position)) > 0; position += length)
        {
            var end = block[..length].IndexOf((byte)'\n');
            if (end >= 0) return position + end + 1;
        }

        return position;
    }
}
