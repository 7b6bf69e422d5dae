using ContainerPS.Engine.Linux;

namespace ContainerPS.Engine.Containers;

/// <summary>File systems whose files are the kernel's answers and switches, not a container's data: nothing is copied out of them or into them.</summary>
internal static class KernelFileSystems
{
    /// <summary>True when an open file is on one.</summary>
    internal static bool Has(int fd) => Syscall.FileSystemOf(fd, out var magic, out _) >= 0 && magic is
        0x9fa0 // proc
        or 0x62656572 // sysfs
        or 0x27e0eb // cgroup
        or 0x63677270 // cgroup2
        or 0x1cd1 // devpts
        or 0x19800202 // mqueue
        or 0x64626720 // debugfs
        or 0x74726163 // tracefs
        or 0x73636673 // securityfs
        or 0xcafe4a11 // bpf
        or 0x62656570 // configfs
        or 0xde5e81e4 // efivarfs
        or 0x6165676c // pstore
        or 0x42494e4d // binfmt_misc
        or 0x6e736673 // nsfs
        or 0x65735543; // fusectl
}
