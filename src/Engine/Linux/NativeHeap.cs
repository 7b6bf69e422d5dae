using System.Runtime.InteropServices;

namespace ContainerPS.Engine.Linux;

/// <summary>What the C library keeps of this process's memory (man 3 mallopt, malloc_trim), for processes that do little for a long time.</summary>
internal static class NativeHeap
{
    private const int M_MMAP_THRESHOLD = -3;
    private const int LargeSize = 32 * 1024;

    /// <summary>Gives large buffers pages of their own: they cost no memory until they are written to, and none when they are gone.</summary>
    internal static void MapLargeBuffers() => _ = mallopt(M_MMAP_THRESHOLD, LargeSize);

    /// <summary>Gives back what is free.</summary>
    internal static void Trim() => _ = malloc_trim(0);

    [DllImport("libc")]
    private static extern int mallopt(int parameter, int value);

    [DllImport("libc")]
    private static extern int malloc_trim(nint pad);
}
