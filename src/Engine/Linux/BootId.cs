namespace ContainerPS.Engine.Linux;

/// <summary>Tells one run of the machine's kernel from the next (man 5 proc_sys_kernel, random/boot_id).</summary>
internal static class BootId
{
    /// <summary>That of this run.</summary>
    internal static string Current() => File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
}
