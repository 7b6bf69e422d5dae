namespace ContainerPS.Peers.Tests.Containerd;

/// <summary>A container of containerd's that waits for SIGTERM and answers with exit code 3; removed when disposed.</summary>
internal sealed class ContainerdTask : IDisposable
{
    private readonly ContainerdEngine _engine;

    internal ContainerdTask(ContainerdEngine engine, string id, params string[] options)
    {
        (_engine, Id) = (engine, id);
        _ = engine.Run(engine.Box(id, ["--detach", .. options], "sh", "-c", "trap 'exit 3' TERM; echo > /ready; while :; do sleep 0.05; done")).Text;
        Waiting.Until(() => Exec("ready", "test", "-e", "/ready").ExitCode == 0, "its program has begun");
    }

    internal string Id { get; }

    /// <summary>The status as containerd sees it: RUNNING, PAUSED, STOPPED.</summary>
    internal string Status =>
        _engine.Run("tasks", "list").Lines.Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).FirstOrDefault(words => words[0] == Id)?[2] ?? "";

    /// <summary>Runs one more process in it.</summary>
    internal RunResult Exec(string name, params string[] program) => _engine.Run(["tasks", "exec", "--exec-id", name, Id, .. program]);

    /// <inheritdoc/>
    public void Dispose()
    {
        _ = _engine.Run("tasks", "delete", "--force", Id);
        _ = _engine.Run("containers", "delete", Id);
    }
}
