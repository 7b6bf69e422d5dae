namespace ContainerPS.Engine.Linux;

/// <summary>The file mode creation mask of this process, read without changing it (umask(2) can't, and is not safe with threads).</summary>
internal static class ProcessUmask
{
    /// <summary>Permission bits that the kernel takes from what is created; all of them when /proc does not say.</summary>
    internal static uint Read()
    {
        foreach (var line in File.ReadLines("/proc/self/status"))
        {
            if (line.StartsWith("Umask:", StringComparison.Ordinal)) return Convert.ToUInt32(line[6..].Trim(), 8);
        }

        return 0x1ff;
    }
}
