using ContainerPS.Engine.Oci;

namespace ContainerPS;

/// <summary>What was asked of a program run in a running container.</summary>
public sealed record ExecSettings
{
    /// <summary>Program and arguments.</summary>
    public IReadOnlyList<string> Command { get; set; } = [];

    /// <summary>Environment as <c>NAME=value</c>, added to the container's.</summary>
    public IReadOnlyList<string> Environment { get; set; } = [];

    /// <summary>Working directory; null for the container's.</summary>
    public string? WorkingDirectory { get; set; }

    /// <summary>User as <c>user[:group]</c>; null for the container's.</summary>
    public string? User { get; set; }

    /// <summary>True for all capabilities and no filter.</summary>
    public bool Privileged { get; set; }

    /// <summary>True to keep standard input open.</summary>
    public bool Interactive { get; set; }

    /// <summary>True for a pseudo-terminal.</summary>
    public bool Tty { get; set; }

    /// <summary>Size of the pseudo-terminal from the program's first moment on; null to leave it at 0 by 0.</summary>
    public ConsoleSize? TerminalSize { get; set; }
}
