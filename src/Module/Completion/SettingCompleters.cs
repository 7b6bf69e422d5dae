namespace ContainerPS.Module;

/// <summary>Namespaces that may be the host's.</summary>
public sealed class HostCompleter : CompleterBase
{
    /// <inheritdoc/>
    private protected override IEnumerable<(string Text, string Tooltip)> Candidates(string word) =>
    [
        ("host", "The host's"),
    ];
}

/// <summary>Process namespaces.</summary>
public sealed class PidCompleter : CompleterBase
{
    /// <inheritdoc/>
    private protected override IEnumerable<(string Text, string Tooltip)> Candidates(string word) =>
    [
        ("host", "The host's"),
        ("container:", "Another container's, by name or id"),
        .. OthersOf(word),
    ];
}

/// <summary>IPC namespaces.</summary>
public sealed class IpcCompleter : CompleterBase
{
    /// <inheritdoc/>
    private protected override IEnumerable<(string Text, string Tooltip)> Candidates(string word) =>
    [
        ("private", "Its own"),
        ("shareable", "Its own, which others may share"),
        ("none", "Its own, without /dev/shm"),
        ("host", "The host's"),
        ("container:", "That of a shareable container, by name or id"),
        .. OthersOf(word),
    ];
}

/// <summary>Platforms of images.</summary>
public sealed class PlatformCompleter : CompleterBase
{
    /// <inheritdoc/>
    private protected override IEnumerable<(string Text, string Tooltip)> Candidates(string word) =>
    [
        ("linux/amd64", "x86-64"),
        ("linux/arm64", "64-bit Arm"),
        ("linux/arm/v7", "32-bit Arm"),
        ("linux/386", "32-bit x86"),
        ("linux/riscv64", "64-bit RISC-V"),
        ("linux/ppc64le", "POWER, little endian"),
        ("linux/s390x", "IBM Z"),
    ];
}

/// <summary>Security options.</summary>
public sealed class SecurityOptionCompleter : CompleterBase
{
    /// <inheritdoc/>
    private protected override IEnumerable<(string Text, string Tooltip)> Candidates(string word) =>
    [
        ("no-new-privileges", "No program gains power by setuid or file capabilities"),
        ("seccomp=unconfined", "No system call is filtered"),
        ("seccomp=", "A file with a profile in Docker's form"),
        ("apparmor=", "A profile that the kernel has loaded, or unconfined"),
        ("label=disable", "No SELinux label"),
        ("systempaths=unconfined", "Nothing in /proc and /sys is masked or read-only"),
    ];
}

/// <summary>Cgroup namespaces.</summary>
public sealed class CgroupNamespaceCompleter : CompleterBase
{
    /// <inheritdoc/>
    private protected override IEnumerable<(string Text, string Tooltip)> Candidates(string word) =>
    [
        ("private", "Its own"),
        ("host", "The host's"),
    ];
}

/// <summary>Restart policies.</summary>
public sealed class RestartCompleter : CompleterBase
{
    /// <inheritdoc/>
    private protected override IEnumerable<(string Text, string Tooltip)> Candidates(string word) =>
    [
        ("no", "It stays ended"),
        ("always", "Whenever it ends"),
        ("on-failure", "When its exit code is not 0; on-failure:3 tries three times"),
        ("unless-stopped", "Whenever it ends, unless it was stopped"),
    ];
}

/// <summary>Log drivers.</summary>
public sealed class LogDriverCompleter : CompleterBase
{
    /// <inheritdoc/>
    private protected override IEnumerable<(string Text, string Tooltip)> Candidates(string word) =>
    [
        ("json-file", "Files of JSON lines"),
        ("none", "Nothing is kept"),
        ("journald", "The machine's journal"),
    ];
}
