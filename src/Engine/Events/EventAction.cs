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
    internal const string Attach = "attach";
    internal const string Detach = "detach";
    internal const string Copy = "copy";
    internal const string Export = "export";
    internal const string ExecStart = "exec_start";
    internal const string ExecDie = "exec_die";

    /// <summary>The state of health has changed; the attribute <c>status</c> says to what.</summary>
    internal const string HealthStatus = "health_status";

    /// <summary>A container is gone; so with volumes and networks.</summary>
    internal const string Destroy = "destroy";

    // Images.
    internal const string Pull = "pull";
    internal const string Push = "push";
    internal const string Import = "import";
    internal const string Save = "save";
    internal const string Tag = "tag";
    internal const string Untag = "untag";
    internal const string Delete = "delete";

    // Volumes and networks.
    internal const string Mount = "mount";
    internal const string Unmount = "unmount";
    internal const string Connect = "connect";
    internal const string Disconnect = "disconnect";
}
