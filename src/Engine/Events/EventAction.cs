namespace ContainerPS.Engine.Events;

/// <summary>What events say has happened, in Docker's words (docs.docker.com, <c>docker events</c>).</summary>
internal static class EventAction
{
    // Containers.
    internal const string Create = "create";
    internal const string Start = "start";
    internal const string Restart = "restart";
    internal const string Stop = "stop";
    internal const string Kill = "kill";
    internal const string Die = "die";
    internal const string Oom = "oom";
    internal const string Pause = "pause";
    internal const string Unpause = "unpause";
    internal const string Rename = "rename";
    internal const string Update = "update";
    internal const string Export = "export";
    internal const string Commit = "commit";
    internal const string ExecStart = "exec_start";

    /// <summary>The state of health has changed; the attribute <c>status</c> says to what.</summary>
    internal const string HealthStatus = "health_status";

    /// <summary>A container is gone; so with volumes and networks.</summary>
    internal const string Destroy = "destroy";

    // Volumes, and what is mounted in containers.
    internal const string Mount = "mount";
    internal const string Unmount = "unmount";

    // Networks.
    internal const string Connect = "connect";
    internal const string Disconnect = "disconnect";

    // Images.
    internal const string Pull = "pull";
    internal const string Push = "push";
    internal const string Import = "import";
    internal const string Save = "save";
    internal const string Tag = "tag";
    internal const string Untag = "untag";
    internal const string Delete = "delete";

    /// <summary>All of them, with their meaning.</summary>
    internal static IReadOnlyList<(string Name, string Meaning)> All { get; } =
    [
        (Create, "Created"),
        (Start, "A container was started"),
        (Restart, "A container was stopped and started again"),
        (Stop, "A container was asked to stop"),
        (Kill, "A container was sent a signal"),
        (Die, "A container has ended"),
        (Oom, "A container has run out of memory"),
        (HealthStatus, "A container's health has changed"),
        (Pause, "A container was suspended"),
        (Unpause, "A container was resumed"),
        (Rename, "A container has another name"),
        (Update, "A container's limits were changed"),
        (Export, "A container's files were exported"),
        (Commit, "An image was made of a container"),
        (ExecStart, "A program was started in a container"),
        (Destroy, "Removed"),
        (Pull, "An image was pulled"),
        (Push, "An image was pushed"),
        (Import, "An image was imported"),
        (Save, "An image was saved"),
        (Tag, "An image has got a name"),
        (Untag, "An image has lost a name"),
        (Delete, "An image was removed"),
        (Connect, "A container was put on a network"),
        (Disconnect, "A container was taken off a network"),
        (Mount, "A volume was mounted in a container"),
        (Unmount, "A volume is no longer mounted in a container"),
    ];
}
