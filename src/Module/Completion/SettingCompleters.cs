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
