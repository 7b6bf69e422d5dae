namespace ContainerPS.Engine.Containers;

/// <summary>
/// What shells and a container's monitor say to each other on SOCK_SEQPACKET sockets: one message a packet, its first byte the kind.
/// <code>
///   shell                                     monitor
///     │  spawn, socket on descriptor 3           │
///     │ ───────────────────────────────────────► │ namespaces, mounts, cgroup, clone, exec
///     │ ◄─────────── Started | Failed ────────── │
///     │ ◄──── Stdout*, Stderr*, Dropped* ─────── │
///     │ ────── Input*, InputEnd, Resize ───────► │
///     │ ◄─────────────── Exited ──────────────── │   after the record is written and everything is cleaned up
///
///   another shell                                  any number of them, at any time
///     │  connect to attach.sock                  │
///     │ ───────────────────────────────────────► │
///     │ ◄──────────────── Started ────────────── │
///     │                                          │   from here on as above
///
///   a shell that puts the container on a network, or takes it off one: it listens at ports.sock and sends SIGUSR1
///     │ ◄───────────────────────────────── connect to ports.sock
///     │ ◄───────── Changed | Failed ──────────── │   the container has its ports and names, as networks.json says
/// </code>
/// Either side may close a socket at any time; the container goes on.
/// </summary>
internal enum MonitorMessage : byte
{
    /// <summary>The program runs: pid as int32.</summary>
    Started = (byte)'S',

    /// <summary>It could not be started: <see cref="StartFailure"/> as JSON.</summary>
    Failed = (byte)'F',

    /// <summary>Bytes from standard output or the terminal.</summary>
    Stdout = (byte)'1',

    /// <summary>Bytes from standard error.</summary>
    Stderr = (byte)'2',

    /// <summary>So many bytes of output, as int64, were dropped here, since the shell did not read them in time.</summary>
    Dropped = (byte)'D',

    /// <summary>It has ended: exit code as int32.</summary>
    Exited = (byte)'X',

    /// <summary>The monitor has followed a change of the container's networks: its ports are held, or have been let go, and its names are served.</summary>
    Changed = (byte)'C',

    /// <summary>Bytes for standard input or the terminal.</summary>
    Input = (byte)'I',

    /// <summary>Standard input has ended.</summary>
    InputEnd = (byte)'E',

    /// <summary>Size of the terminal: rows and columns as uint16.</summary>
    Resize = (byte)'R',
}

/// <summary>Why a program could not be started.</summary>
internal sealed record StartFailure
{
    /// <summary>The error's stable identifier.</summary>
    public required string ErrorId { get; set; }

    /// <summary>One clear sentence.</summary>
    public required string Message { get; set; }

    /// <summary>What sort of error; null when the one who reports it does not know.</summary>
    public ErrorKind? Kind { get; set; }

    /// <summary>What a shell would give: 127, 126 or 125.</summary>
    public int ExitCode { get; set; }
}
